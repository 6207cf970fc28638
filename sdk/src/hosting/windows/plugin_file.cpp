#include "hosting/plugin_file.hpp"

#include <windows.h>

namespace bridge32::hosting {

namespace fs = std::filesystem;

namespace {

std::uint64_t whole(DWORD high, DWORD low) noexcept { return std::uint64_t{high} << 32 | low; }

}  // namespace

FileIdentity identify(const fs::path& file) noexcept {
    constexpr DWORD kShareAll = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    const HANDLE handle =
        ::CreateFileW(file.c_str(), 0, kShareAll, nullptr, OPEN_EXISTING, 0, nullptr);
    if (handle == INVALID_HANDLE_VALUE) return {};
    BY_HANDLE_FILE_INFORMATION info{};
    const bool known = ::GetFileInformationByHandle(handle, &info) != 0;
    ::CloseHandle(handle);
    if (!known) return {};
    constexpr std::int64_t kNanosecondsATick = 100;
    return {info.dwVolumeSerialNumber, whole(info.nFileIndexHigh, info.nFileIndexLow),
            static_cast<std::int64_t>(
                whole(info.ftLastWriteTime.dwHighDateTime, info.ftLastWriteTime.dwLowDateTime)) *
                kNanosecondsATick,
            whole(info.nFileSizeHigh, info.nFileSizeLow)};
}

// A loaded file cannot be written to here, only be renamed, and the loader goes by the name that it
// had. So a new file of that name is loaded when the last client of the old one has gone.
fs::path load_path(const fs::path& file, unsigned /*generation*/) { return file; }

}  // namespace bridge32::hosting
