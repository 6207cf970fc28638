#include "hosting/plugin_file.hpp"

#include <sys/stat.h>

namespace bridge32::hosting {

namespace fs = std::filesystem;

FileIdentity identify(const fs::path& file) noexcept {
    struct stat info {};
    if (::stat(file.c_str(), &info) != 0) return {};
    return {static_cast<std::uint64_t>(info.st_dev), static_cast<std::uint64_t>(info.st_ino),
            std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec,
            static_cast<std::uint64_t>(info.st_size)};
}

// dlopen compares the text of the path with those of what is loaded before it looks at the file,
// so the same text gives the old file for ever.
fs::path load_path(const fs::path& file, unsigned generation) {
    fs::path folder = file.parent_path();
    for (; generation != 0; --generation)
        folder /= ".";
    return folder / file.filename();
}

}  // namespace bridge32::hosting
