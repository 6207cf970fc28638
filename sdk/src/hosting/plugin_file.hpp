// The identity of a plugin's file, and how to load a new file that has an old one's path.
#pragma once

#include <cstdint>
#include <filesystem>

namespace bridge32::hosting {

/// Files are the same if these are equal. Renaming another file over a file changes it.
struct FileIdentity {
    std::uint64_t device = 0;
    std::uint64_t number = 0;
    std::int64_t changed_ns = 0;  ///< when its content was written last
    std::uint64_t size = 0;

    bool operator==(const FileIdentity&) const = default;
};

/// All zero if there is no such file.
FileIdentity identify(const std::filesystem::path& file) noexcept;

/// A path of `file` for the system's loader that differs for each `generation`, so that the loader
/// does not reuse an older file with the same path; 0 gives `file` itself.
std::filesystem::path load_path(const std::filesystem::path& file, unsigned generation);

}  // namespace bridge32::hosting
