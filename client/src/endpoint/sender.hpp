// Puts messages into the ring to the host, in the order of their ids.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

#include "base/times.hpp"
#include "os/sleep.hpp"
#include "wire/channel.hpp"

namespace bridge32::client {

/// One lock, held while a message goes out. Any thread.
class Sender {
public:
    /// `channel` outlives the sender, which alone writes to it.
    explicit Sender(wire::Channel& channel) noexcept : channel_(channel) {}

    /// Sends a message; chooses `envelope.call_id` unless it is given. Before that, `begin(id)`
    /// runs: what it lets others see is there before the host can answer. While the ring is full,
    /// `make_room()` runs again and again; false ends the attempt, and then the result is false, as
    /// when another thread's message has no room until `deadline`. Throws what those throw,
    /// ProtocolError, and Error when there is no memory for attachments.
    template <class Begin, class MakeRoom>
    bool send(wire::Envelope envelope, std::string_view json,
              std::span<const bridge32_attachment> attachments, Clock::time_point deadline,
              const Begin& begin, const MakeRoom& make_room) {
        const auto lock = lock_until(deadline);
        if (!lock.owns_lock()) return false;
        if (envelope.call_id == 0) envelope.call_id = ++last_id_;
        begin(envelope.call_id);
        if (channel_.try_send(envelope, json, attachments)) return true;
        // A host at work makes room soon, and is not to be disturbed by looks at its index.
        for (int turn = 0; turn < kTurnsForRoom; ++turn)
            os::relax();
        if (channel_.try_send(envelope, json, attachments)) return true;
        const WantSpace want(channel_);
        while (make_room()) {
            if (channel_.try_send(envelope, json, attachments)) return true;
        }
        return false;
    }
    /// Sends one that may as well be lost: not without room, nor while another message waits for
    /// room. Throws as `send`.
    void try_send(const wire::Envelope& envelope, std::string_view json);

    /// Refuses these callbacks, as far as there is room and no other message is going out; removes
    /// from `invocations` those that it has refused.
    void refuse(std::vector<std::uint64_t>& invocations) noexcept;

    /// A callback begins and ends to run.
    void callback_began() noexcept { callbacks_running_.fetch_add(1); }
    void callback_ended() noexcept {
        if (callbacks_running_.fetch_sub(1) == 1) sent_beside_callbacks_.store(0);
    }
    /// To be asked before a message is sent. While a callback runs, the host can only store
    /// requests that are no part of it: after some of these, further ones wait here for its end, or
    /// until `stop()`. False when `deadline` came first.
    template <class Stop>
    bool may_send(const wire::Envelope& envelope, Clock::time_point deadline, const Stop& stop) {
        if (callbacks_running_.load(std::memory_order_relaxed) == 0) return true;
        if (envelope.kind != wire::FrameKind::kRequest || envelope.related_id != 0) return true;
        if (sent_beside_callbacks_.fetch_add(1) < kMostBesideCallbacks) return true;
        for (; callbacks_running_.load() != 0 && !stop();
             std::this_thread::sleep_for(times::kRoomLook)) {
            if (Clock::now() >= deadline) return false;
        }
        return true;
    }

private:
    static constexpr int kTurnsForRoom = 64;
    static constexpr std::uint32_t kMostBesideCallbacks = 1000;

    /// The holder of the lock waits for room, without a limit if its call has none and the host
    /// lives.
    std::unique_lock<std::timed_mutex> lock_until(Clock::time_point deadline) {
        std::unique_lock lock(mutex_, std::try_to_lock);
        if (lock.owns_lock()) return lock;
        if (deadline == Clock::time_point::max()) {
            lock.lock();
        } else {
            // By this clock, because ThreadSanitizer does not know waits by the other.
            static_cast<void>(
                lock.try_lock_until(std::chrono::system_clock::now() + (deadline - Clock::now())));
        }
        return lock;
    }

    /// Has the host ring when it has made room.
    class WantSpace {
    public:
        explicit WantSpace(wire::Channel& channel) noexcept : channel_(channel) {
            channel_.want_space(true);
        }
        WantSpace(const WantSpace&) = delete;
        WantSpace& operator=(const WantSpace&) = delete;
        ~WantSpace() { channel_.want_space(false); }

    private:
        wire::Channel& channel_;
    };

    wire::Channel& channel_;
    std::timed_mutex mutex_;  // guards the channel's sending side and last_id_
    std::uint64_t last_id_ = 0;
    std::atomic<int> callbacks_running_{0};
    std::atomic<std::uint32_t> sent_beside_callbacks_{0};
};

}  // namespace bridge32::client
