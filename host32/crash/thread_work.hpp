// What a thread of the host is doing for a client, for the crash report.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "wire/channel.hpp"

namespace bridge32::host {

/// A record on the stack of the thread that runs a plugin's code, where the crash handler finds
/// it. Records of one thread nest. Making one costs a few stores: every call does.
class ThreadWork {
public:
    /// `work`: the call's request (its JSON text), or a text in parentheses for what is no call:
    /// "(constructor)". All arguments outlive the record. `call_id`: 0 for what is no call.
    ThreadWork(const wire::Channel& client, std::uint64_t call_id, std::string_view plugin,
               std::string_view work) noexcept
        : outer_(innermost), client_(&client), call_id_(call_id), plugin_(plugin), work_(work) {
        // The reader is a signal handler on this very thread: only the compiler must keep the
        // order.
        std::atomic_signal_fence(std::memory_order_release);
        innermost = this;
        std::atomic_signal_fence(std::memory_order_release);
    }
    ThreadWork(const ThreadWork&) = delete;
    ThreadWork& operator=(const ThreadWork&) = delete;
    ~ThreadWork() {
        std::atomic_signal_fence(std::memory_order_release);
        innermost = outer_;
    }

    /// The innermost record of the calling thread; null when it does nothing for a client.
    static const ThreadWork* of_this_thread() noexcept { return innermost; }

    const wire::Channel& client() const noexcept { return *client_; }
    std::uint64_t call_id() const noexcept { return call_id_; }
    std::string_view plugin() const noexcept { return plugin_; }
    /// The method's or property's name, or the text in parentheses; empty when the request does
    /// not begin with it. Async-signal-safe.
    std::string_view method() const noexcept;

private:
    static inline constinit thread_local const ThreadWork* innermost = nullptr;

    const ThreadWork* outer_;
    const wire::Channel* client_;
    std::uint64_t call_id_;
    std::string_view plugin_;
    std::string_view work_;
};

}  // namespace bridge32::host
