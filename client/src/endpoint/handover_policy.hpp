// Whether a thread that has read its reply wakes the next one to read.
#pragma once

#include <algorithm>
#include <atomic>

#include "base/times.hpp"

namespace bridge32::client {

/// A call takes half a microsecond in a loop, but several if a thread must be woken for it. So when
/// calls follow each other while other threads sleep, the endpoint is busy: one thread keeps the
/// turn and the others are not woken. They look again every times::kBusyLook, and one of them soon
/// finds the turn free. When a reader has to wait for longer than times::kBusyWait, all are woken.
///
/// What it earns, in calls a second of all threads together, against waking the next thread after
/// each call (two processors, medians of five runs that alternate): with 2 threads 1.6 times as
/// many, with 3 threads 3, with 8 threads 1.7; with one thread nothing changes.
class HandoverPolicy {
public:
    /// Any thread: do readers keep the turn?
    bool busy() const noexcept { return busy_.load(std::memory_order_relaxed); }
    /// How long a thread that is not to read sleeps before it looks for itself.
    Clock::duration longest_sleep() const noexcept {
        return busy_.load() ? Clock::duration(times::kBusyLook) : times::kPeerLook;
    }
    /// How long a reader waits before the others are woken.
    Clock::duration longest_read() const noexcept {
        return busy() ? Clock::duration(times::kBusyWait) : times::kPeerLook;
    }

    // The rest is for the thread that has the turn.

    enum class Wake { kNobody, kNext, kAll };
    /// The reader's own call has ended. Returns which sleepers to wake.
    Wake call_ended(bool others_sleep) noexcept {
        if (others_sleep) {
            score_ = std::min(score_ + 1, kHighest);
        } else if (score_ != 0) {
            --score_;
        }
        const bool was_busy = busy();
        const bool busy_now = was_busy ? score_ != 0 : score_ >= kBusy;
        if (busy_now != was_busy) busy_.store(busy_now);
        if (!busy_now) return Wake::kNext;
        return was_busy ? Wake::kNobody : Wake::kAll;  // they sleep for too long now
    }
    /// A thread that slept was woken for its reply.
    void woke_for_reply() noexcept { score_ = std::min(score_ + kForWaking, kHighest); }
    /// The reader has waited for `longest_read`: whoever sleeps is to be woken.
    void had_to_wait() noexcept {
        busy_.store(false);
        score_ = 0;
    }

private:
    // The calls that ended while others slept, minus those that did not, make the endpoint busy at
    // kBusy; at none it is idle again, so at most after kHighest calls of a thread that is alone.
    static constexpr unsigned kBusy = 8;
    static constexpr unsigned kHighest = 256;
    static constexpr unsigned kForWaking = 2;

    unsigned score_ = 0;
    std::atomic<bool> busy_{false};
};

}  // namespace bridge32::client
