#include "os/user_folder.hpp"

#include <windows.h>

#include <chrono>
#include <thread>
#include <utility>

#include "base/times.hpp"
#include "bridge32/error.hpp"
#include "os/environment.hpp"
#include "os/windows/api.hpp"

namespace bridge32::os {

namespace fs = std::filesystem;

namespace {

std::string text(const fs::path& path) { return utf8(path.native()); }

/// The owner shares its file for reading only, so whoever asks to write is refused meanwhile.
HANDLE open_file(const fs::path& path, DWORD access, DWORD share, DWORD disposition) {
    return ::CreateFileW(path.c_str(), access, share, nullptr, disposition, FILE_ATTRIBUTE_NORMAL,
                         nullptr);
}

}  // namespace

/// %LOCALAPPDATA%\bridge32: in the user's profile, which the system closes to other users.
fs::path user_runtime_folder() {
    const auto local = environment_variable("LOCALAPPDATA");
    if (!local || local->empty()) {
        throw Error("cannot find a folder for shared hosts: set LOCALAPPDATA");
    }
    const fs::path folder = fs::path(wide(*local)) / L"bridge32";
    std::error_code error;
    fs::create_directories(folder, error);
    if (!fs::is_directory(folder, error)) {
        throw Error("cannot create the folder " + text(folder) + ": " +
                    windows_message(static_cast<std::uint32_t>(error.value())));
    }
    return folder;
}

std::optional<OwnedFile> OwnedFile::claim(const fs::path& path) {
    // A look by is_owned() has the file open for an instant, so one refusal proves nothing.
    for (int attempt = 0; attempt < 20; ++attempt) {
        const HANDLE file =
            open_file(path, GENERIC_READ | GENERIC_WRITE | DELETE, FILE_SHARE_READ, OPEN_ALWAYS);
        if (file != INVALID_HANDLE_VALUE) {
            return OwnedFile(reinterpret_cast<NativeHandle>(file), path);
        }
        const DWORD error = ::GetLastError();
        if (error != ERROR_SHARING_VIOLATION && error != ERROR_ACCESS_DENIED) {
            throw Error("cannot open " + text(path) + ": " + windows_message(error));
        }
        std::this_thread::sleep_for(times::kLockRetry);
    }
    return std::nullopt;
}

bool OwnedFile::is_owned(const fs::path& path) {
    constexpr DWORD kAll = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    const HANDLE file = open_file(path, GENERIC_WRITE, kAll, OPEN_EXISTING);
    if (file == INVALID_HANDLE_VALUE) return ::GetLastError() == ERROR_SHARING_VIOLATION;
    ::CloseHandle(file);
    return false;
}

std::string OwnedFile::read(const fs::path& path) {
    constexpr DWORD kAll = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    const HANDLE file = open_file(path, GENERIC_READ, kAll, OPEN_EXISTING);
    if (file == INVALID_HANDLE_VALUE) return {};
    std::string content;
    char buffer[4096];
    DWORD size = 0;
    while (::ReadFile(file, buffer, sizeof buffer, &size, nullptr) != 0 && size != 0)
        content.append(buffer, size);
    ::CloseHandle(file);
    return content;
}

OwnedFile::OwnedFile(OwnedFile&&) noexcept = default;

OwnedFile::~OwnedFile() {
    if (!native_) return;
    FILE_DISPOSITION_INFO gone{TRUE};
    ::SetFileInformationByHandle(as_handle(native_.get()), FileDispositionInfo, &gone, sizeof gone);
}

void OwnedFile::write(const std::string& content) {
    const HANDLE file = as_handle(native_.get());
    DWORD written = 0;
    if (::SetFilePointer(file, 0, nullptr, FILE_BEGIN) == INVALID_SET_FILE_POINTER ||
        ::SetEndOfFile(file) == 0 ||
        ::WriteFile(file, content.data(), static_cast<DWORD>(content.size()), &written, nullptr) ==
            0 ||
        written != content.size()) {
        throw Error("cannot write " + text(path_) + ": " + windows_message(::GetLastError()));
    }
}

}  // namespace bridge32::os
