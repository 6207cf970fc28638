// What runs on this thread: a stack of objects for each thread, the innermost on top.
#pragma once

#include <atomic>

#include "bridge32/internal/support/compiler.hpp"

namespace bridge32::detail {

/// Puts `object` on top of the calling thread's stack of `T`s while this scope lives; scopes nest.
/// Make it the last member of the object: then the stack only ever shows complete objects, also
/// to a signal handler that interrupts the constructor.
template <class T>
class ThreadScope {
public:
    explicit ThreadScope(T& object) noexcept : object_(&object), outer_(top) {
        // A signal handler on this same thread may read: only the compiler must keep the order.
        std::atomic_signal_fence(std::memory_order_release);
        top = this;
        std::atomic_signal_fence(std::memory_order_release);
    }
    ThreadScope(const ThreadScope&) = delete;
    ThreadScope& operator=(const ThreadScope&) = delete;
    ~ThreadScope() {
        std::atomic_signal_fence(std::memory_order_release);
        top = outer_;
    }

    /// The object on top of the calling thread's stack; null when it is empty. Async-signal-safe.
    static T* innermost() noexcept { return top == nullptr ? nullptr : top->object_; }

    /// The innermost object of the calling thread that is `wanted`; null when none is.
    template <class Wanted>
    static T* find(const Wanted& wanted) {
        for (const ThreadScope* scope = top; scope != nullptr; scope = scope->outer_) {
            if (wanted(*scope->object_)) {
                return scope->object_;
            }
        }
        return nullptr;
    }

    /// @{
    /// `restore` takes off whatever the calling thread has put on its stack since `mark`. For a
    /// longjmp, which leaves scopes without their destructors.
    static const ThreadScope* mark() noexcept { return top; }
    static void restore(const ThreadScope* mark) noexcept { top = mark; }
    /// @}

private:
    // Without a destructor, so that it does not keep a plugin from being unloaded.
    BRIDGE32_DETAIL_OWN static inline constinit thread_local const ThreadScope* top = nullptr;

    T* object_;
    const ThreadScope* outer_;
};

}  // namespace bridge32::detail
