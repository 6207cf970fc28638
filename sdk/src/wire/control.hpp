// A shared host as its clients find it.
//
// A shared host called NAME owns the file NAME.host in the user's runtime folder and holds it
// locked. How a client comes to it is the platform's: see reception.hpp. It gets the control
// segment, where the host sleeps, and gives its channel.
//
// The segment is writable by every client, so the host takes nothing in it on trust.
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/times.hpp"
#include "os/process.hpp"
#include "os/segment.hpp"
#include "os/user_folder.hpp"
#include "wire/channel.hpp"
#include "wire/control_layout.hpp"
#include "wire/doorbell.hpp"
#include "wire/link.hpp"
#include "wire/reception.hpp"

namespace bridge32::wire {

/// The state of a shared host.
struct ControlFacts {
    std::uint32_t pid = 0;
    std::uint32_t bits = 0;
    std::uint32_t clients = 0;
    std::uint64_t calls = 0;
    std::uint64_t started_ms = 0;  ///< since 1970
};

/// The host's side.
class ControlServer {
public:
    /// Takes the name, also from a dead host. Throws bridge32::Error if a running host has it, or
    /// the name is invalid.
    explicit ControlServer(const std::string& name);
    ~ControlServer();

    DoorbellWords& bell_words() noexcept { return header().host_bell; }
    Doorbell& bell() noexcept { return bell_; }

    /// True if a client has come that `take` has not returned yet. Cheap.
    bool ready() const noexcept { return reception_->ready(); }
    /// The next client, or nothing.
    std::optional<Link> take() { return reception_->take(); }
    /// To be called a few times a second: puts right what a client has written over the header,
    /// which would keep all others out.
    void look_after(Clock::time_point now);

    /// True if the host was asked to end.
    bool stop_asked() const noexcept { return header().stop.load(std::memory_order_relaxed) != 0; }
    /// Publishes the host's state.
    void publish(std::uint32_t clients, std::uint64_t calls) noexcept;

    /// Releases the name: no further client finds the host, and another host may take it.
    /// Thread-safe.
    void withdraw() noexcept;

private:
    ControlHeader& header() const noexcept {
        return *reinterpret_cast<ControlHeader*>(segment_.data());
    }

    /// Writes what the header says about this host.
    void introduce() noexcept;

    std::mutex withdrawing_;
    std::optional<os::OwnedFile> file_;
    os::Segment segment_;
    Doorbell bell_;
    std::uint64_t started_ms_ = 0;
    std::optional<Reception> reception_;  // last: it uses the others
};

/// A client's view of a running shared host.
class ControlClient {
public:
    /// Throws ConnectionClosed if no host of that name is running.
    explicit ControlClient(const std::string& name);

    /// Lets the channel, which this object outlives, use the host's bell, and the link to it; once.
    void link(Channel& channel);

    /// See Link::peer_pid.
    std::uint32_t host_pid() const noexcept { return host_pid_; }
    /// The host's state; not trusted, because other clients can write there.
    ControlFacts facts() const noexcept;
    /// Asks the host to end, as a signal does, and returns at once.
    void ask_to_stop() noexcept;
    DoorbellWords& bell_words() noexcept { return header().host_bell; }
    std::string bell_name() const { return segment_.name() + "-host"; }

private:
    explicit ControlClient(Visit visit, const std::string& name);

    ControlHeader& header() const noexcept {
        return *reinterpret_cast<ControlHeader*>(segment_.data());
    }

    Link link_;
    os::Segment segment_;
    std::uint32_t host_pid_ = 0;
    Doorbell host_bell_;
};

/// The names of this user's running shared hosts, sorted.
std::vector<std::string> shared_host_names();

/// True for a valid name of a shared host: at most 64 letters, digits, '.', '_' and '-', not
/// beginning with a dot.
bool is_host_name(const std::string& name) noexcept;

}  // namespace bridge32::wire
