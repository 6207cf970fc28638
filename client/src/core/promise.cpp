#include "bridge32/internal/client/promise.hpp"

#include <algorithm>
#include <utility>

#include "base/times.hpp"

namespace bridge32::detail {

bool PromiseState::wait_until(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    while (!done_) {
        const auto now = Clock::now();
        if (now >= deadline) return false;
        if (caller_ != nullptr && caller_->needs_poll()) {
            lock.unlock();
            caller_->poll(times::kPromisePoll);
            lock.lock();
        } else {
            arrived_.wait_until(lock, std::min(deadline, now + times::kPromiseLook));
        }
    }
    return true;
}

void PromiseState::when_done(std::function<void()> next) {
    {
        const std::lock_guard lock(mutex_);
        if (!done_) {
            next_ = std::move(next);
            return;
        }
    }
    next();
}

std::function<void()> PromiseState::finish() {
    done_ = true;
    arrived_.notify_all();
    return std::exchange(next_, nullptr);
}

}  // namespace bridge32::detail
