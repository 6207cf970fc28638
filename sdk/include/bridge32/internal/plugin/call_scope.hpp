// The call that runs on this thread, and what is tied to its end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "bridge32/extensions.h"
#include "bridge32/internal/support/foreign_code.hpp"
#include "bridge32/internal/support/host.hpp"
#include "bridge32/internal/support/thread_scope.hpp"

struct bridge32_instance;

namespace bridge32::detail {

class CallLife;

/// @{
/// The host's tables of functions. Throws Error when the host is too old to have them.
const bridge32_clients& clients_of(const bridge32_host& its_host);
const bridge32_memory& memory_of(const bridge32_host& its_host);
/// @}

/// Throws what a function of the host returned, unless that is BRIDGE32_OK.
void throw_unless_ok(std::int32_t code, std::string_view what);

/// One running call, or the construction of an instance, on this thread. Scopes nest with calls.
class CallScope {
public:
    CallScope(const bridge32_host& its_host, bridge32_call* call, bridge32_instance* instance,
              ForeignState& foreign) noexcept
        : host_(its_host), call_(call), instance_(instance), foreign_(foreign) {}
    CallScope(const CallScope&) = delete;
    CallScope& operator=(const CallScope&) = delete;
    ~CallScope() { end(); }

    /// The scope of the call that runs on this thread; null when none does.
    static CallScope* current() noexcept { return ThreadScope<CallScope>::innermost(); }

    const bridge32_host& its_host() const noexcept { return host_; }
    bridge32_call* call() const noexcept { return call_; }
    /// In the constructor its plugin is not there yet.
    bridge32_instance* instance() const noexcept { return instance_; }
    /// What the plugin's functions find on this thread.
    ForeignState& foreign() const noexcept { return foreign_; }

    /// What callbacks share with this call.
    const std::shared_ptr<CallLife>& life();

    /// The plugin's function has returned: its callbacks end here, before the reply is sent.
    void end() noexcept {
        if (life_ != nullptr) {
            end_life();
        }
    }
    /// Throws what a callback threw and C frames held up.
    void rethrow_failure() {
        if (life_ != nullptr) {
            rethrow_failure_of_life();
        }
    }

private:
    void end_life() noexcept;
    void rethrow_failure_of_life();

    const bridge32_host& host_;
    bridge32_call* call_;
    bridge32_instance* instance_;
    ForeignState& foreign_;
    std::shared_ptr<CallLife> life_;
    ThreadScope<CallScope> running_{*this};
};

/// CallScope::current. Throws Error when no call runs on this thread.
CallScope& current_scope();

/// The file that the host found under the plugin's name, as UTF-8: the plugin's own, or one that it
/// serves. During a call and in the constructor.
const std::string& plugin_path();

}  // namespace bridge32::detail
