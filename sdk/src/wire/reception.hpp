// How clients come to a shared host: on Linux they connect to a socket in the user's folder, on
// Windows they post in the control segment.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/times.hpp"
#include "os/segment.hpp"
#include "os/user_folder.hpp"
#include "wire/control_layout.hpp"
#include "wire/doorbell.hpp"
#include "wire/link.hpp"

namespace bridge32::wire {

/// The host's side.
class Reception {
public:
    /// Lets clients find the host whose file is `file`, at `path`. What rings `bell` when a client
    /// has come. `control` and `bell` outlive this object. Throws bridge32::Error.
    Reception(os::OwnedFile& file, const std::filesystem::path& path, const os::Segment& control,
              const Doorbell& bell);
    Reception(const Reception&) = delete;
    Reception& operator=(const Reception&) = delete;
    ~Reception();

    /// True if a client has come that `take` has not returned yet. Cheap.
    bool ready() const noexcept;
    /// A client that has come, or nothing. Its channel may or may not be one.
    std::optional<Link> take();
    /// To be called a few times a second.
    void look_after(Clock::time_point now);
    /// Lets in no more clients. Thread-safe.
    void close() noexcept;

private:
    struct Desk;  // the platform's
    std::unique_ptr<Desk> desk_;
};

/// What a client gets when it finds a host.
struct Visit {
    Link link;
    os::Segment control;
};

/// Looks up the host `name`, whose file is at `path` and owned. Throws StartupError if the host is
/// not ready yet, ProtocolError if it is of another version, and Error if it is another user's.
Visit visit(const std::string& name, const std::filesystem::path& path);

}  // namespace bridge32::wire
