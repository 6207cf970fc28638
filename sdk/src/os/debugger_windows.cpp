#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include "os/debugger.hpp"

namespace bridge32::os {

const bool kGoesOnBySignal = false;

bool debugger_attached() noexcept { return ::IsDebuggerPresent() != 0; }

void wait_for_debugger(const std::function<void()>& announce) {
    constexpr DWORD kLookMs = 50;
    announce();
    while (!debugger_attached())
        ::Sleep(kLookMs);
}

}  // namespace bridge32::os
