#include "os/message_pump.hpp"

#include <windows.h>

#include <objbase.h>

#include <string>

#include "bridge32/error.hpp"

namespace bridge32::os {

namespace {

thread_local bool in_apartment = false;

}  // namespace

void enter_apartment() {
    if (in_apartment) return;
    const HRESULT result = ::CoInitializeEx(nullptr, COINIT_APARTMENTTHREADED);
    if (FAILED(result)) {
        throw Error(
            result == RPC_E_CHANGED_MODE
                ? std::string(
                      "the plugin needs a single-threaded COM apartment, but another plugin has "
                      "made this host's main thread multithreaded. Use a separate host for each")
                : "COM could not be initialised: CoInitializeEx failed with " +
                      std::to_string(static_cast<unsigned long>(result)));
    }
    in_apartment = true;
}

void pump_messages() noexcept {
    if (!in_apartment) return;
    MSG message;
    // WM_QUIT is for loops that a library runs itself: here it is dropped.
    while (::PeekMessageW(&message, nullptr, 0, 0, PM_REMOVE) != 0) {
        ::TranslateMessage(&message);
        ::DispatchMessageW(&message);
    }
}

void wait_pumping(void* handle, unsigned long milliseconds) noexcept {
    if (!in_apartment) {
        ::WaitForSingleObject(handle, milliseconds);
        return;
    }
    // MWMO_INPUTAVAILABLE: messages that somebody has seen and left count as well.
    const DWORD result =
        ::MsgWaitForMultipleObjectsEx(1, &handle, milliseconds, QS_ALLINPUT, MWMO_INPUTAVAILABLE);
    if (result == WAIT_OBJECT_0 + 1) pump_messages();
}

}  // namespace bridge32::os
