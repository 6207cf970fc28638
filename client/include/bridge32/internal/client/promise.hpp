// The result of a continuation, behind a Future from `then`.
#pragma once

#include <algorithm>
#include <bridge32/internal/client/call.hpp>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace bridge32::detail {

/// Fulfilled once and read once. Thread-safe.
template <class T>
class Promise {
    using Clock = std::chrono::steady_clock;
    using Stored = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

public:
    /// The caller whose dispatcher fulfils it.
    void set_caller(std::shared_ptr<Caller> caller) { caller_ = std::move(caller); }
    const std::shared_ptr<Caller>& caller() const noexcept { return caller_; }

    /// Stores what `work` returns or throws, and runs the waiting continuation.
    template <class Work>
    void fulfil(const Work& work) noexcept {
        std::optional<Stored> value;
        std::exception_ptr error;
        try {
            if constexpr (std::is_void_v<T>) {
                work();
                value.emplace();
            } else {
                value.emplace(work());
            }
        } catch (...) {
            error = std::current_exception();
        }
        // After the handler: this thread must have released the exception before another has it.
        const std::function<void()> next = store(std::move(value), std::move(error));
        if (next) next();
    }

    bool wait_until(Clock::time_point deadline) {
        std::unique_lock lock(mutex_);
        while (!done_) {
            if (Clock::now() >= deadline) return false;
            if (caller_ != nullptr && caller_->needs_poll()) {
                lock.unlock();
                caller_->poll(std::chrono::milliseconds(10));
                lock.lock();
            } else {
                arrived_.wait_until(lock, (std::min)(deadline, Clock::now() + kLook));
            }
        }
        return true;
    }

    T get() {
        wait_until((Clock::time_point::max)());
        const std::lock_guard lock(mutex_);
        if (error_ != nullptr) std::rethrow_exception(std::exchange(error_, nullptr));
        if constexpr (!std::is_void_v<T>) return std::move(*value_);
    }

    void when_done(std::function<void()> next) {
        {
            const std::lock_guard lock(mutex_);
            if (!done_) {
                next_ = std::move(next);
                return;
            }
        }
        next();
    }

private:
    static constexpr std::chrono::milliseconds kLook{1000};

    std::function<void()> store(std::optional<Stored> value, std::exception_ptr error) noexcept {
        const std::lock_guard lock(mutex_);
        value_ = std::move(value);
        error_ = std::move(error);
        done_ = true;
        arrived_.notify_all();
        return std::exchange(next_, nullptr);
    }

    std::shared_ptr<Caller> caller_;
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::optional<Stored> value_;
    std::exception_ptr error_;
    std::function<void()> next_;
    bool done_ = false;
};

}  // namespace bridge32::detail
