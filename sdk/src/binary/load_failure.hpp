// Why a library does not load, or a symbol is not to be had: what happened, what was found,
// what to do. The most frequent trouble of all, and the system's own messages say little.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "binary/library_search.hpp"

namespace bridge32::binary {

/// Why loading `path` failed. `path` is what `find_library` gave; `folder` and
/// `library_path` are what it was given; `system_message` is what the system said. Opens
/// files for reading only and loads nothing.
///
/// With an empty `system_message` loading has not been tried yet. The result is empty unless
/// it must not be tried: a library, or one that it needs and that is not in the system's folders,
/// is cut short, and the system's loader would end the process.
std::string explain_load_failure(const std::filesystem::path& path,
                                 const std::filesystem::path& folder, const Paths& library_path,
                                 const std::string& system_message);

/// Why `symbol` is not to be had from the library `path`: the nearest names that it does
/// export, with decorations and C++ names explained.
std::string explain_missing_symbol(const std::filesystem::path& path, const std::string& symbol);

/// The same for a library that exports `names`.
std::string explain_missing_symbol(const std::filesystem::path& path, const std::string& symbol,
                                   const std::vector<std::string>& names);

}  // namespace bridge32::binary
