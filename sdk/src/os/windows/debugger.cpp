#include "os/debugger.hpp"

#include <windows.h>

#include "base/times.hpp"

namespace bridge32::os {

const bool kGoesOnBySignal = false;

bool debugger_attached() noexcept { return ::IsDebuggerPresent() != 0; }

void wait_for_debugger(const std::function<void()>& announce) {
    announce();
    while (!debugger_attached())
        ::Sleep(DWORD{times::kProcessPoll.count()});
}

}  // namespace bridge32::os
