#include "os/callers.hpp"

#include <windows.h>
// After windows.h.
#include <tlhelp32.h>

#include <exception>
#include <memory>

#include "os/thread.hpp"
#include "os/windows/api.hpp"

namespace bridge32::os {

namespace {

struct CloseCallersHandle {
    void operator()(void* handle) const noexcept { ::CloseHandle(handle); }
};
using CallersHandle = std::unique_ptr<void, CloseCallersHandle>;

/// The module that has this address; null if none does.
HMODULE module_at(const void* address) noexcept {
    HMODULE module = nullptr;
    ::GetModuleHandleExW(
        GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
        static_cast<const wchar_t*>(address), &module);
    return module;
}

/// Where the thread began: the function that CreateThread was given.
const void* start_of(HANDLE thread) noexcept {
    using Query = LONG(WINAPI*)(HANDLE, int, void*, ULONG, ULONG*);
    constexpr int kWin32StartAddress = 9;  // ThreadQuerySetWin32StartAddress
    static const auto query = reinterpret_cast<Query>(reinterpret_cast<void*>(
        ::GetProcAddress(::GetModuleHandleW(L"ntdll.dll"), "NtQueryInformationThread")));
    const void* start = nullptr;
    if (query == nullptr || query(thread, kWin32StartAddress, &start, sizeof start, nullptr) != 0) {
        return nullptr;
    }
    return start;
}

/// Threads of the system's pool begin in ntdll, and end when they have had nothing to do.
bool counts(DWORD number) noexcept {
    const CallersHandle thread(::OpenThread(THREAD_QUERY_INFORMATION | SYNCHRONIZE, FALSE, number));
    if (thread == nullptr || ::WaitForSingleObject(thread.get(), 0) == WAIT_OBJECT_0) return false;
    const void* const start = start_of(thread.get());
    return start == nullptr || module_at(start) != ::GetModuleHandleW(L"ntdll.dll");
}

}  // namespace

Callers Callers::now() noexcept {
    Callers callers;
    try {
        const HANDLE listed = ::CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
        if (listed == INVALID_HANDLE_VALUE) return callers;
        const CallersHandle list(listed);
        THREADENTRY32 entry{};
        entry.dwSize = sizeof entry;
        for (BOOL more = ::Thread32First(listed, &entry); more != 0;
             more = ::Thread32Next(listed, &entry)) {
            if (entry.th32OwnerProcessID != ::GetCurrentProcessId()) continue;
            const DWORD number = entry.th32ThreadID;
            if (!is_own_thread(number) && counts(number)) callers.threads_.push_back(number);
        }
        callers.known_ = true;
    } catch (const std::exception&) {
        callers.known_ = false;
    }
    return callers;
}

std::string file_at(const void* address) {
    const HMODULE module = module_at(address);
    wchar_t path[MAX_PATH];
    const DWORD size = module == nullptr ? 0 : ::GetModuleFileNameW(module, path, MAX_PATH);
    return utf8({path, size});
}

bool keep_loaded(const std::filesystem::path& path) noexcept {
    HMODULE module = nullptr;
    return ::GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN, path.c_str(), &module) != 0;
}

}  // namespace bridge32::os
