#include "os/stop_signals.hpp"

#include <windows.h>

#include "base/times.hpp"

namespace bridge32::os {

namespace {

void (*on_stop)() = nullptr;
bool stops_at_ctrl_c = false;

/// On a thread that the system makes for it.
BOOL WINAPI handle(DWORD event) {
    if (event == CTRL_C_EVENT && !stops_at_ctrl_c) return TRUE;
    on_stop();
    if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT)
        ::Sleep(DWORD{times::kConsoleEnd.count()});
    return TRUE;
}

}  // namespace

void on_stop_signals(EndedBy who, void (*stop)()) {
    on_stop = stop;
    stops_at_ctrl_c = who == EndedBy::kItsUsers;
    ::SetConsoleCtrlHandler(handle, TRUE);
}

std::string take_back_stop_signals() { return {}; }

}  // namespace bridge32::os
