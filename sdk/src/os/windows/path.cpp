#include "os/path.hpp"

#include <windows.h>

#include <utility>

namespace bridge32::os {

const PathRules kPathRules = PathRules::kWindows;
const char kPathListSeparator = ';';
const char* const kLibraryPathVariable = "PATH";

namespace {

/// The text that `get(buffer, size)` writes, which returns how long it is or what it needs;
/// empty when it fails.
template <class Get>
std::wstring text_from(const Get& get) {
    std::wstring text(MAX_PATH, L'\0');
    for (;;) {
        const DWORD size = get(text.data(), static_cast<DWORD>(text.size()));
        if (size < text.size()) {
            text.resize(size);
            return text;
        }
        text.resize(size + 1);
    }
}

/// `\\?\C:\a` is `C:\a`, and `\\?\UNC\server\share` is `\\server\share`, where they are short
/// enough for every function of the system.
std::wstring without_device_prefix(std::wstring path) {
    if (path.size() >= MAX_PATH) return path;
    if (path.starts_with(L"\\\\?\\UNC\\")) return L"\\\\" + path.substr(8);
    return path.starts_with(L"\\\\?\\") && path.size() > 5 && path[5] == L':' ? path.substr(4)
                                                                              : path;
}

}  // namespace

std::filesystem::path absolute_path(const std::filesystem::path& path) {
    if (path.empty() || is_absolute(path)) return path;
    auto text = text_from([&](wchar_t* to, DWORD size) {
        return ::GetFullPathNameW(path.c_str(), size, to, nullptr);
    });
    return text.empty() ? path : std::filesystem::path(std::move(text));
}

std::filesystem::path canonical_path(const std::filesystem::path& path, std::error_code& error) {
    constexpr DWORD kShareAll = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    const auto last_error = [] {
        return std::error_code(static_cast<int>(::GetLastError()), std::system_category());
    };
    // With backup semantics, which open folders as well.
    const HANDLE file = ::CreateFileW(path.c_str(), 0, kShareAll, nullptr, OPEN_EXISTING,
                                      FILE_FLAG_BACKUP_SEMANTICS, nullptr);
    if (file == INVALID_HANDLE_VALUE) {
        error = last_error();
        return {};
    }
    auto text = text_from([&](wchar_t* to, DWORD size) {
        return ::GetFinalPathNameByHandleW(file, to, size, FILE_NAME_NORMALIZED);
    });
    error = text.empty() ? last_error() : std::error_code();
    ::CloseHandle(file);
    return std::filesystem::path(without_device_prefix(std::move(text)));
}

}  // namespace bridge32::os
