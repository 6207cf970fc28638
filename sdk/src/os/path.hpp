// Paths: what is absolute, how two are joined, which folders lead to a file, and their text.
//
// Use these functions and not std::filesystem's of the same name: MinGW's takes `\\server\share`
// for relative and makes `\server\share` of it. The rules of both systems are functions of the
// text alone, so that each is tested on the other.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "bridge32/internal/text/path_text.hpp"

namespace bridge32::os {

// The boundary: text is UTF-8 on every platform, a path is whatever the system has.
using detail::path_from_utf8;
using detail::utf8_of;

/// How a system writes paths.
enum class PathRules { kPosix, kWindows };

/// Those of this system.
extern const PathRules kPathRules;

/// A path's text in parts. Each is a part of the text, as it is written.
struct PathParts {
    /// POSIX: "/" or "". Windows: `C:\`, `\\server\share\`, `\\?\C:\`, `\\?\UNC\server\share\`,
    /// `\\.\pipe\`; of paths that are not absolute `C:`, `\` or nothing.
    std::string_view root;
    /// What follows, without separators, without "." and empty names. ".." is a name.
    std::vector<std::string_view> names;
    /// True if the path does not depend on the working directory or the current drive.
    bool absolute = false;
};
PathParts split_path(std::string_view path, PathRules rules);

/// The names after `path`'s root, with the system's separator, without "." and empty names. On
/// Windows also without "..", which that system itself resolves by the text; elsewhere what ".."
/// is depends on links. `\\?\` paths, in which neither is special, stay as they are.
std::string normal_path(std::string_view path, PathRules rules);

/// `path` as seen from `folder`: itself when it is absolute.
std::string join_paths(std::string_view folder, std::string_view path, PathRules rules);

// The same for paths of this system.

bool is_absolute(const std::filesystem::path& path);
/// A name without a folder: "my_lib", "my_lib.dll"; not "./my_lib", "C:my_lib" or "".
bool is_bare_name(const std::filesystem::path& path);
std::filesystem::path normal_path(const std::filesystem::path& path);
std::filesystem::path join_paths(const std::filesystem::path& folder,
                                 const std::filesystem::path& path);

/// `path` as seen from the working directory. Does not look whether it is there.
std::filesystem::path absolute_path(const std::filesystem::path& path);

/// The absolute path of what is there, with links resolved; empty, and `error` set, when it is not.
std::filesystem::path canonical_path(const std::filesystem::path& path, std::error_code& error);

/// The folders that lead to `path`, which is absolute, from the root on, and last `path` itself:
/// "/", "/opt", "/opt/a.so".
std::vector<std::filesystem::path> steps_to(const std::filesystem::path& path);

/// Between two folders of a list in an environment variable: ':' or ';'.
extern const char kPathListSeparator;

/// The environment variable whose folders the system's loader searches.
extern const char* const kLibraryPathVariable;

/// "a:b" (Windows: "a;b") as a list of paths, empty parts left out.
std::vector<std::filesystem::path> split_path_list(std::string_view text);

}  // namespace bridge32::os
