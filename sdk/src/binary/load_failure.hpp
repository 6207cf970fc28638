// Why a library does not load: what happened, what was found, what to do. The most frequent trouble
// of all, and the system's own messages say little.
#pragma once

#include <filesystem>
#include <string>

#include "binary/library_search.hpp"
#include "binary/missing_symbol.hpp"  // until its users include it

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

// The platform's part of the explanation.

/// What `message` means for the library `path`, and what to do; the message itself where
/// nothing is known about it.
std::string explain_system_message(const std::filesystem::path& path, const std::string& message);

/// Where the library `name`, which another one needs and which is missing, is usually to be had;
/// empty where nothing is known.
std::string dependency_source(const std::string& name);

/// A path's text in backquotes.
std::string quoted(const std::filesystem::path& path);

}  // namespace bridge32::binary
