// The sending side of the host's end of a channel.
#pragma once

#include <atomic>
#include <cstddef>
#include <list>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "wire/channel.hpp"

namespace bridge32::host {

/// Sends to the client, and keeps what must wait until there is room in its ring. Messages of one
/// thread arrive in the order of these calls. Bounded ones, of which there may be many, let all
/// others of other threads pass. Any thread; its lock is a leaf but for the arena's. All sending
/// functions throw as wire::Channel::try_send does.
class Outbox {
public:
    /// `channel` outlives the outbox, which has its sending side to itself.
    explicit Outbox(wire::Channel& channel) noexcept : channel_(channel) {}

    using Attachments = std::span<const bridge32_attachment>;

    /// Sends now, or keeps a copy to send when there is room. The client then rings when there is
    /// room.
    void send(const wire::Envelope& envelope, std::string_view json, Attachments attachments);
    /// The same, but false, with nothing sent, when too much waits already.
    bool send_bounded(const wire::Envelope& envelope, std::string_view json,
                      Attachments attachments);

    /// A message whose sender waits until it has gone: it has its place in the queue, and nothing
    /// of it is copied. Sent now, or by a `flush`, unless its life ends before.
    class Patient {
    public:
        Patient(Outbox& outbox, const wire::Envelope& envelope, std::string_view json,
                Attachments attachments);
        Patient(const Patient&) = delete;
        Patient& operator=(const Patient&) = delete;
        ~Patient();
        bool sent() const noexcept { return sent_.load(std::memory_order_acquire); }

    private:
        friend class Outbox;

        Outbox& outbox_;
        mutable std::atomic<bool> sent_;
    };

    /// True if messages wait because the client does not read. Cheap.
    bool blocked() const noexcept { return count_.load(std::memory_order_acquire) != 0; }
    /// True if replies are among them; serving further requests would add to them. Cheap.
    bool holds_replies() const noexcept { return replies_.load(std::memory_order_acquire) != 0; }
    /// Sends waiting messages as far as there is room.
    void flush();
    /// Drops what waits.
    void clear() noexcept;

private:
    enum class Kind { kBounded, kOther };
    struct Waiting {
        Kind kind;
        std::thread::id thread;  // its sender
        wire::Envelope envelope;
        std::string_view json;
        std::vector<bridge32_attachment> attachments;
        Patient* patient = nullptr;
        std::string own_json = {};                 // of a copy, as the next
        std::vector<std::string> own_memory = {};  // of each attachment
        std::size_t bytes = 0;                     // of both
    };
    using Queue = std::list<Waiting>;

    bool send_now(const wire::Envelope& envelope, std::string_view json, Attachments attachments);
    Waiting& queue(Kind kind, const wire::Envelope& envelope, std::string_view json,
                   Attachments attachments);
    void keep(Kind kind, const wire::Envelope& envelope, std::string_view json,
              Attachments attachments);
    Queue::iterator remove(Queue::iterator waiting) noexcept;
    void want_room(bool wanted) noexcept;

    std::mutex mutex_;  // guards the channel's sending side, and all below
    wire::Channel& channel_;
    Queue waiting_;
    std::size_t bytes_ = 0;
    std::atomic<std::size_t> count_{0};
    std::atomic<std::size_t> replies_{0};
    bool room_wanted_ = false;  // the client was told so
};

}  // namespace bridge32::host
