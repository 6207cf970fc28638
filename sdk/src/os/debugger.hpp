// Waiting for somebody with a debugger.
#pragma once

#include <functional>

#include "os/environment.hpp"

namespace bridge32::os {

/// Is this process being debugged?
bool debugger_attached() noexcept;

/// Should hosts wait for a debugger? BRIDGE32_WAIT_FOR_DEBUGGER says so, to clients as well.
inline bool debugger_wanted() noexcept {
    try {
        const auto wanted = environment_variable("BRIDGE32_WAIT_FOR_DEBUGGER");
        return wanted && !wanted->empty() && *wanted != "0";
    } catch (...) {
        return false;
    }
}

/// Does SIGCONT end the waiting, too?
extern const bool kGoesOnBySignal;

/// Waits until a debugger is attached; on Linux also until the process gets SIGCONT. Any debugger
/// of this user's may attach meanwhile, whatever the system's rule. Calls `announce` when it is
/// ready for both. For the main thread.
void wait_for_debugger(const std::function<void()>& announce);

}  // namespace bridge32::os
