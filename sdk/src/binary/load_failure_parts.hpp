// The parts of an explanation of why a library does not load.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "binary/image.hpp"
#include "binary/library_search.hpp"
#include "bridge32/internal/text/path_text.hpp"

namespace bridge32::binary {

inline constexpr const char* kHost = kOwnBits == 32 ? "host32" : "host64";
inline constexpr const char* kBits = kOwnBits == 32 ? "32-bit" : "64-bit";

inline std::string quoted(const std::filesystem::path& path) {
    return "`" + detail::utf8_of(path) + "`";
}

/// "/a, /b"
std::string folder_list(const Paths& folders);

/// What is wrong with the file itself, from its header. Nothing when it could be loaded.
std::optional<std::string> file_problem(const std::filesystem::path& path, const Image& image);

/// What is wrong with the first file of `path`'s tree of dependencies that is missing or
/// cannot be loaded; empty when none is. `folder` and `library_path` are where else a user
/// may have put it.
std::string dependency_problem(const std::filesystem::path& path, const Image& image,
                               const std::filesystem::path& folder, const Paths& library_path);

/// Why loading must not even be tried; empty when it may. The system's loader maps what a
/// damaged file's header promises, and the process dies of SIGBUS when it touches it.
std::string damage_before_loading(const std::filesystem::path& path);

}  // namespace bridge32::binary
