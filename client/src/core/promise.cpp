#include "bridge32/internal/client/promise.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/times.hpp"
#include "client/hosts/backend.hpp"

namespace bridge32::detail {

bool PromiseState::wait_until(std::chrono::steady_clock::time_point deadline) {
    if (is_copy()) return true;
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

void PromiseState::wait() {
    if (is_copy()) client::throw_not_owned(std::string(caller_->plugin()), "(continuation)");
    wait_until(kNoDeadline);
}

void PromiseState::when_done(std::function<void()> next) {
    if (is_copy()) return;
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
