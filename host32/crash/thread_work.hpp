// What a thread of the host is doing for a client, for the crash report.
#pragma once

#include <cstdint>
#include <string_view>

#include "bridge32/internal/support/thread_scope.hpp"
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
        : client_(&client), call_id_(call_id), plugin_(plugin), work_(work) {}

    /// The innermost record of the calling thread; null when it does nothing for a client.
    /// Async-signal-safe.
    static const ThreadWork* of_this_thread() noexcept { return Scope::innermost(); }

    const wire::Channel& client() const noexcept { return *client_; }
    std::uint64_t call_id() const noexcept { return call_id_; }
    std::string_view plugin() const noexcept { return plugin_; }
    /// The method's or property's name, or the text in parentheses; empty when the request does
    /// not begin with it. Async-signal-safe.
    std::string_view method() const noexcept;

private:
    using Scope = detail::ThreadScope<const ThreadWork>;

    const wire::Channel* client_;
    std::uint64_t call_id_;
    std::string_view plugin_;
    std::string_view work_;
    Scope scope_{*this};
};

}  // namespace bridge32::host
