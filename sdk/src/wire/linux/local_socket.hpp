// Unix sockets that keep messages apart, and what comes with a message: a descriptor, and who is at
// the other end.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <utility>

#include "os/fork.hpp"

namespace bridge32::wire {

/// Movable.
class LocalSocket {
public:
    LocalSocket() noexcept = default;
    /// Takes `fd` over.
    explicit LocalSocket(int fd) noexcept;

    /// Both ends of a connection. Throws bridge32::Error, as all that follow.
    static std::pair<LocalSocket, LocalSocket> pair();
    /// Waits for clients at this path, whatever was there before.
    static LocalSocket listen(const std::filesystem::path& path);
    /// Nothing if nobody listens there.
    static std::optional<LocalSocket> connect(const std::filesystem::path& path);
    /// Takes over a descriptor that this process was started with; nothing if it is not a socket of
    /// this kind.
    static std::optional<LocalSocket> inherited(int fd) noexcept;

    /// False if some library has closed this end, perhaps for another file of the same number.
    bool intact() const noexcept { return handle_.intact(); }
    int fd() const noexcept { return static_cast<int>(handle_.get()); }
    /// The same connection once more.
    LocalSocket duplicate() const;

    /// The process and user at the other end, as they were when the connection was made. A process
    /// that cannot be seen from here has number 0.
    struct Peer {
        std::uint32_t pid;
        uid_t uid;
    };
    Peer peer() const noexcept;

    /// A message with a descriptor. False while the peer has too many to read.
    bool send(std::span<const std::byte> message, int descriptor);
    /// Fills `message`, and returns the one descriptor that came with it; nothing if there is no
    /// message now. Throws ProtocolError if a message has another size, or another number of
    /// descriptors, all of which are closed; and Error if this process can have no more of them.
    std::optional<int> receive(std::span<std::byte> message);
    /// Waits until there is something to receive; false if there was nothing in this time.
    bool wait(std::chrono::milliseconds time) const noexcept;

    /// True if `send` may succeed.
    bool writable() const noexcept;
    /// As if this end were closed: the peer sees the end. Any thread.
    void shut_down() const noexcept;
    /// True if the peer has closed its end. False if this end is not ours any more, because some
    /// library has closed descriptors that it did not open.
    bool ended() const noexcept;

private:
    void require_intact() const;

    os::OwnHandle handle_;
};

}  // namespace bridge32::wire
