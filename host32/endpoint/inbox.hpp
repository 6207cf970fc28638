// Messages from the client that no thread of the host has started yet.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>

#include "wire/message.hpp"

namespace bridge32::host {

/// Messages that were read and wait for a thread, and the calls that the client has cancelled.
/// Bounded, whatever the client sends. Thread-safe; its lock is a leaf.
class Inbox {
public:
    /// `callback`: the number of the callback whose code sent the message; 0 for none. Throws
    /// ProtocolError when too much waits.
    void put(wire::Message message, std::uint64_t callback = 0);
    /// Moves the oldest message of `callback` to `message`; false if there is none.
    bool take(wire::Message& message, std::uint64_t callback = 0);
    /// `callback` has ended: what is left of its messages belongs to none.
    void release(std::uint64_t callback);
    /// True if there is no message outside callbacks. Cheap, for spinning.
    bool empty() const noexcept { return ordinary_.load(std::memory_order_acquire) == 0; }
    /// True if the queue is well below its bound.
    bool has_room() const;

    /// Records that the client has cancelled this call, which may not have arrived yet. Remembers
    /// the last 1024.
    void cancel(std::uint64_t call_id);
    bool cancelled(std::uint64_t call_id) const noexcept {
        return any_cancelled() && is_cancelled(call_id);
    }
    /// Forgets the cancellation of a call that has ended or is not started. True if it was
    /// cancelled.
    bool forget(std::uint64_t call_id) noexcept {
        return any_cancelled() && forget_cancelled(call_id);
    }

private:
    struct Waiting {
        wire::Message message;
        std::size_t bytes;
    };

    bool any_cancelled() const noexcept {
        return cancelled_count_.load(std::memory_order_acquire) != 0;
    }
    bool is_cancelled(std::uint64_t call_id) const noexcept;
    bool forget_cancelled(std::uint64_t call_id) noexcept;
    void count_ordinary() noexcept;

    mutable std::mutex mutex_;                                  // guards all below
    std::map<std::uint64_t, std::deque<Waiting>> by_callback_;  // no queue is empty
    std::size_t count_ = 0;                                     // of all messages
    std::size_t bytes_ = 0;
    std::atomic<std::size_t> ordinary_{0};  // messages of no callback
    std::deque<std::uint64_t> cancelled_;
    std::atomic<std::size_t> cancelled_count_{0};
};

}  // namespace bridge32::host
