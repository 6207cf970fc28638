#include "host32/session/signals.hpp"

#include <exception>
#include <string>

#include "diagnostics/log.hpp"
#include "host32/crash/crash_handler.hpp"
#include "os/stop_signals.hpp"

namespace bridge32::host {

void take_back_signals() noexcept {
    try {
        for (const std::string& taken : {take_back_crash_handler(), os::take_back_stop_signals()}) {
            if (taken.empty()) continue;
            diagnostics::log(diagnostics::LogLevel::kWarning,
                             taken + ". The host has set its own again");
        }
    } catch (const std::exception&) {
        // No memory: the next time.
    }
}

}  // namespace bridge32::host
