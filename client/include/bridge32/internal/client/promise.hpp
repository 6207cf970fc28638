// The result of a continuation, behind a Future from `then`.
#pragma once

#include <bridge32/error.hpp>
#include <bridge32/internal/client/call.hpp>
#include <bridge32/internal/client/export.hpp>
#include <bridge32/internal/support/cancellation.hpp>
#include <bridge32/internal/support/scope_guard.hpp>
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

/// All of a promise except its value. Thread-safe.
class BRIDGE32_CLIENT_API PromiseState {
public:
    PromiseState() = default;
    PromiseState(const PromiseState&) = delete;
    PromiseState& operator=(const PromiseState&) = delete;

    /// The caller whose dispatcher fulfils the promise.
    void set_caller(std::shared_ptr<Caller> caller) { caller_ = std::move(caller); }
    const std::shared_ptr<Caller>& caller() const noexcept { return caller_; }

    /// False if `deadline` came first. With `dispatch = poll`, runs the client's events meanwhile.
    /// True in a child made by fork, where nobody fulfils it.
    bool wait_until(std::chrono::steady_clock::time_point deadline);
    /// Runs `next` when the promise is fulfilled: at once on this thread, or later on the thread
    /// that fulfils it.
    void when_done(std::function<void()> next);

protected:
    ~PromiseState() = default;

    /// Waits without a limit. Throws ConnectionClosed in a child made by fork.
    void wait();

    /// Wakes all waiters and returns the continuation, to be run without the lock. The caller has
    /// locked `mutex_` and stored the value.
    std::function<void()> finish();

    std::mutex mutex_;

private:
    bool is_copy() const noexcept { return caller_ != nullptr && !caller_->in_own_process(); }

    std::shared_ptr<Caller> caller_;
    std::condition_variable arrived_;
    std::function<void()> next_;
    bool done_ = false;
};

/// Fulfilled once and read once. Thread-safe.
template <class T>
class Promise : public PromiseState {
    using Stored = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

public:
    /// Stores what `work` returns or throws, and runs the waiting continuation.
    template <class Work>
    void fulfil(const Work& work) {
        std::optional<Stored> value;
        std::exception_ptr error;
        ScopeGuard ended([this] {
            store({}, std::make_exception_ptr(
                          Error("the continuation ended the thread that it ran on")));
        });
        try {
            if constexpr (std::is_void_v<T>) {
                work();
                value.emplace();
            } else {
                value.emplace(work());
            }
        }
        BRIDGE32_DETAIL_PASS_CANCELLATION
        catch (...) {
            error = std::current_exception();
        }
        ended.dismiss();
        // After the handler: this thread must have released the exception before another has it.
        const std::function<void()> next = store(std::move(value), std::move(error));
        if (next) next();
    }

    T get() {
        wait();
        const std::lock_guard lock(mutex_);
        if (error_ != nullptr) std::rethrow_exception(std::exchange(error_, nullptr));
        if constexpr (!std::is_void_v<T>) return std::move(*value_);
    }

private:
    std::function<void()> store(std::optional<Stored> value, std::exception_ptr error) noexcept {
        const std::lock_guard lock(mutex_);
        value_ = std::move(value);
        error_ = std::move(error);
        return finish();
    }

    std::optional<Stored> value_;
    std::exception_ptr error_;
};

}  // namespace bridge32::detail
