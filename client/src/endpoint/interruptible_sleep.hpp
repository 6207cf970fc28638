// A sleep that another thread ends: how a dispatcher waits while it has nothing to read.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "base/times.hpp"

namespace bridge32::client {

/// Any thread. An interruption that comes while nobody sleeps ends the next sleep.
class InterruptibleSleep {
public:
    /// Until `deadline` or an interruption, which it uses up. True when it was interrupted.
    bool until(Clock::time_point deadline) {
        std::unique_lock lock(mutex_);
        return interruption_.wait_until(lock, deadline, [this] { return take(); });
    }
    /// False when there is an interruption already that nobody has used up.
    bool interrupt() noexcept {
        if (interrupted_.exchange(true)) return false;
        const std::lock_guard lock(mutex_);  // a sleeper has looked and sleeps, or has not looked
        interruption_.notify_all();
        return true;
    }

    /// Is there an interruption? Cheap, for spinning on.
    bool interrupted() const noexcept { return interrupted_.load(); }
    /// Uses it up. True when there was one.
    bool take() noexcept { return interrupted_.exchange(false); }

private:
    std::atomic<bool> interrupted_{false};
    std::mutex mutex_;
    std::condition_variable interruption_;
};

}  // namespace bridge32::client
