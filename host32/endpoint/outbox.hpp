// The sending side of the host's end of a channel.
#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wire/channel.hpp"

namespace bridge32::host {

/// Sends to the client, and keeps what must wait until there is room in its ring. All messages
/// arrive in the order of these calls. Any thread; its lock is a leaf but for the arena's. All
/// sending functions throw as wire::Channel::try_send does.
class Outbox {
public:
    /// `channel` outlives the outbox, which has its sending side to itself.
    explicit Outbox(wire::Channel& channel) noexcept : channel_(channel) {}

    using Attachments = std::span<const bridge32_attachment>;

    /// Sends now; false when there is no room, or when other messages wait for it. The client
    /// then rings when there is room.
    bool try_send(const wire::Envelope& envelope, std::string_view json, Attachments attachments);
    /// Sends now, or keeps a copy to send when there is room.
    void send(const wire::Envelope& envelope, std::string_view json, Attachments attachments);
    /// The same, but false, with nothing sent, when too much waits already.
    bool send_bounded(const wire::Envelope& envelope, std::string_view json,
                      Attachments attachments);

    /// True if messages wait because the client does not read. Cheap.
    bool blocked() const noexcept { return count_.load(std::memory_order_acquire) != 0; }
    /// Sends waiting messages as far as there is room.
    void flush();
    /// Drops what waits.
    void clear() noexcept;

private:
    struct Waiting {
        wire::Envelope envelope;
        std::string json;
        std::vector<std::string> attachments;

        std::size_t bytes() const noexcept;
    };

    bool send_now(const wire::Envelope& envelope, std::string_view json, Attachments attachments);
    void keep(const wire::Envelope& envelope, std::string_view json, Attachments attachments);
    void want_room(bool wanted) noexcept;

    std::mutex mutex_;  // guards the channel's sending side, and all below
    wire::Channel& channel_;
    std::deque<Waiting> waiting_;
    std::size_t bytes_ = 0;
    std::atomic<std::size_t> count_{0};
    bool room_wanted_ = false;  // the client was told so
};

}  // namespace bridge32::host
