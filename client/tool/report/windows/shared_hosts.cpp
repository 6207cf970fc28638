#define WIN32_LEAN_AND_MEAN
#include <windows.h>
// After windows.h.
#include <psapi.h>

#include "tool/report/shared_hosts.hpp"

namespace bridge32::tool {

std::optional<std::uint64_t> memory_of(std::uint32_t pid) {
    const HANDLE process = ::OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, pid);
    if (process == nullptr) return std::nullopt;
    PROCESS_MEMORY_COUNTERS counters{};
    counters.cb = sizeof counters;
    // The name that kernel32.dll has it by: no further library is needed.
    const BOOL known = ::K32GetProcessMemoryInfo(process, &counters, sizeof counters);
    ::CloseHandle(process);
    if (known == 0) return std::nullopt;
    return counters.WorkingSetSize;
}

}  // namespace bridge32::tool
