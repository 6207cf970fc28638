// A folder that only this user can write to, with files that one process at a time owns.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "os/fork.hpp"

namespace bridge32::os {

/// The folder for files that tell the user's own processes of each other; made when it is not
/// there, closed to other users. Throws bridge32::Error when there is none that nobody else can
/// write to.
std::filesystem::path user_runtime_folder();

/// A file that its creator holds locked as long as it lives, so that others can tell whether the
/// owner is alive. The operating system ends the lock with the process, also when a child made by
/// fork lives on.
class OwnedFile {
public:
    /// Opens or creates the file and locks it; nothing if another process owns it.
    static std::optional<OwnedFile> claim(const std::filesystem::path& path);
    /// True if a process owns the file.
    static bool is_owned(const std::filesystem::path& path);
    /// Its content; empty if there is no such file.
    static std::string read(const std::filesystem::path& path);

    OwnedFile(OwnedFile&& other) noexcept;
    OwnedFile& operator=(OwnedFile&&) = delete;
    /// Removes the file and gives up the lock.
    ~OwnedFile();

    /// Replaces the content.
    void write(const std::string& content);

private:
    OwnedFile(NativeHandle native, std::filesystem::path path) noexcept
        : native_(native), path_(std::move(path)) {}

    OwnHandle native_;
    OwnerProcess owner_;
    std::filesystem::path path_;
};

}  // namespace bridge32::os
