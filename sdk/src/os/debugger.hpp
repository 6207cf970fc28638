// Waiting for a debugger.
#pragma once

#include <functional>

#include "os/environment.hpp"

namespace bridge32::os {

/// True if a debugger is attached to this process.
bool debugger_attached() noexcept;

/// True if hosts should wait for a debugger: BRIDGE32_WAIT_FOR_DEBUGGER, which clients read, too.
inline bool debugger_wanted() noexcept {
    try {
        const auto wanted = environment_variable("BRIDGE32_WAIT_FOR_DEBUGGER");
        return wanted && !wanted->empty() && *wanted != "0";
    } catch (...) {
        return false;
    }
}

/// True if SIGCONT also ends the wait.
extern const bool kGoesOnBySignal;

/// Waits until a debugger is attached or, on Linux, the process gets SIGCONT. Meanwhile any
/// debugger of this user may attach, whatever the system's policy. Calls `announce` when it is
/// ready. For the main thread.
void wait_for_debugger(const std::function<void()>& announce);

}  // namespace bridge32::os
