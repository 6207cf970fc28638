#include "support/system.hpp"

#include <windows.h>

#include <winternl.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

#include "bridge32/error.hpp"
#include "os/process.hpp"
#include "os/windows/api.hpp"
#include "wire/control.hpp"

namespace bridge32::test {

namespace {

struct DirectoryEntry {
    UNICODE_STRING name;
    UNICODE_STRING type;
};

using QueryDirectory = NTSTATUS(NTAPI*)(HANDLE, void*, ULONG, BOOLEAN, BOOLEAN, ULONG*, ULONG*);
using OpenDirectory = NTSTATUS(NTAPI*)(HANDLE*, ACCESS_MASK, OBJECT_ATTRIBUTES*);

template <class Function>
Function ntdll(const char* name) {
    return reinterpret_cast<Function>(
        reinterpret_cast<void*>(::GetProcAddress(::GetModuleHandleW(L"ntdll.dll"), name)));
}

/// Where names without a path are: a folder of kernel objects for each session.
HANDLE open_named_objects() {
    DWORD session = 0;
    ::ProcessIdToSessionId(::GetCurrentProcessId(), &session);
    for (std::wstring path : {L"\\Sessions\\" + std::to_wstring(session) + L"\\BaseNamedObjects",
                              std::wstring(L"\\BaseNamedObjects")}) {
        const auto bytes = static_cast<USHORT>(2 * path.size());
        UNICODE_STRING name{bytes, bytes, path.data()};
        OBJECT_ATTRIBUTES attributes{};
        attributes.Length = sizeof attributes;
        attributes.ObjectName = &name;
        HANDLE folder = nullptr;
        constexpr ACCESS_MASK kQuery = 1;
        if (ntdll<OpenDirectory>("NtOpenDirectoryObject")(&folder, kQuery, &attributes) == 0) {
            return folder;
        }
    }
    std::abort();
}

std::vector<std::string> named_sections() {
    std::vector<std::string> names;
    const HANDLE folder = open_named_objects();
    const auto query = ntdll<QueryDirectory>("NtQueryDirectoryObject");
    std::vector<std::uint64_t> memory(1024);
    ULONG context = 0;
    ULONG size = 0;
    // One entry a time: not every system gives more.
    while (query(folder, memory.data(), static_cast<ULONG>(8 * memory.size()), TRUE, FALSE,
                 &context, &size) == 0) {
        const auto* entry = reinterpret_cast<const DirectoryEntry*>(memory.data());
        const std::wstring_view type(entry->type.Buffer, entry->type.Length / 2U);
        if (type != L"Section") continue;
        names.push_back(os::utf8(std::wstring_view(entry->name.Buffer, entry->name.Length / 2U)));
    }
    ::CloseHandle(folder);
    return names;
}

}  // namespace

std::string library_file(const std::string& name) { return "lib" + name + ".dll"; }

std::string plugin_file(const std::string& name, int bits) {
    return name + ".b" + std::to_string(bits) + ".dll";
}

std::vector<std::string> segments_named(const std::string& prefix) {
    // An entry that another process removes moves those behind it, and one is left out: so the
    // whole folder is read again until two readings are the same.
    std::vector<std::string> names = named_sections();
    for (int reading = 0; reading < 100; ++reading) {
        auto again = named_sections();
        if (again == names) break;
        names = std::move(again);
    }
    std::erase_if(names, [&](const std::string& name) { return !name.starts_with(prefix); });
    return names;
}

std::size_t named_segments(std::size_t mapped) { return mapped; }

std::filesystem::path make_temporary_folder() {
    static std::atomic<int> number{0};
    const auto folder =
        std::filesystem::temp_directory_path() /
        ("bridge32-test-" + std::to_string(os::own_pid()) + "-" + std::to_string(++number));
    std::filesystem::remove_all(folder);  // of an earlier process with our number
    std::filesystem::create_directory(folder);
    return folder;
}

/// Also the C runtime's copy.
void set_environment(const std::string& name, const std::optional<std::string>& value) {
    ::_wputenv_s(os::wide(name).c_str(), os::wide(value.value_or("")).c_str());
    ::SetEnvironmentVariableW(os::wide(name).c_str(), value ? os::wide(*value).c_str() : nullptr);
}

void ask_to_end(std::uint32_t /*pid*/, const std::string& name) {
    try {
        wire::ControlClient(name).ask_to_stop();
    } catch (const Error&) {
        // It has gone, or goes already.
    }
}

bool is_running(std::uint32_t pid) {
    try {
        return os::ProcessHandle::of(pid).alive();
    } catch (const Error&) {
        return false;
    }
}

std::size_t read_pipe(std::intptr_t pipe, char* to, std::size_t size) {
    const HANDLE handle = reinterpret_cast<HANDLE>(pipe);
    OVERLAPPED overlapped{};
    overlapped.hEvent = ::CreateEventW(nullptr, TRUE, FALSE, nullptr);
    DWORD read = 0;
    if (::ReadFile(handle, to, static_cast<DWORD>(size), nullptr, &overlapped) != 0 ||
        ::GetLastError() == ERROR_IO_PENDING) {
        ::GetOverlappedResult(handle, &overlapped, &read, TRUE);
    }
    ::CloseHandle(overlapped.hEvent);
    return read;
}

}  // namespace bridge32::test
