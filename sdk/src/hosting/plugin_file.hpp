// Which file a path means, and how the system loads it beside another of the same path.
#pragma once

#include <cstdint>
#include <filesystem>

namespace bridge32::hosting {

/// Two files are the same when these are. A file that another was renamed over has another.
struct FileIdentity {
    std::uint64_t device = 0;
    std::uint64_t number = 0;
    std::int64_t changed_ns = 0;  ///< when its content was written last
    std::uint64_t size = 0;

    bool operator==(const FileIdentity&) const = default;
};

/// All zero when there is no such file.
FileIdentity identify(const std::filesystem::path& file) noexcept;

/// A path of `file` for the system's loader, which must not take it for another file that had
/// that path when it was loaded: a different one for each `generation`; 0 gives `file` itself.
std::filesystem::path load_path(const std::filesystem::path& file, unsigned generation);

}  // namespace bridge32::hosting
