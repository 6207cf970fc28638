// Before the other, which needs it.
#include <windows.h>
// The list of what runs.
#include <tlhelp32.h>

#include "support/belongings.hpp"

namespace bridge32::test {

namespace {

template <class Entry, class First, class Next, class Count>
void each(DWORD what, First first, Next next, const Count& count) {
    const HANDLE list = ::CreateToolhelp32Snapshot(what, 0);
    if (list == INVALID_HANDLE_VALUE) return;
    Entry entry{};
    entry.dwSize = sizeof entry;
    for (BOOL more = first(list, &entry); more != FALSE; more = next(list, &entry))
        count(entry);
    ::CloseHandle(list);
}

}  // namespace

Belongings belongings() {
    const DWORD self = ::GetCurrentProcessId();
    Belongings result;
    DWORD handles = 0;
    ::GetProcessHandleCount(::GetCurrentProcess(), &handles);
    result.descriptors = static_cast<std::ptrdiff_t>(handles);
    each<THREADENTRY32>(TH32CS_SNAPTHREAD, ::Thread32First, ::Thread32Next,
                        [&](const THREADENTRY32& entry) {
                            if (entry.th32OwnerProcessID == self) ++result.threads;
                        });
    each<PROCESSENTRY32W>(TH32CS_SNAPPROCESS, ::Process32FirstW, ::Process32NextW,
                          [&](const PROCESSENTRY32W& entry) {
                              if (entry.th32ParentProcessID == self) ++result.children;
                          });
    return result;
}

}  // namespace bridge32::test
