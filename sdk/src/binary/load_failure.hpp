// Explains why a library does not load: what happened, what was found, what to do. This is the most
// frequent problem, and the system's messages say little.
#pragma once

#include <filesystem>
#include <string>

#include "binary/library_search.hpp"

namespace bridge32::binary {

/// Explains why loading `path` failed. `path`: the result of `find_library`; `folder` and
/// `library_path`: its arguments; `system_message`: the system's message. Only reads files; loads
/// nothing.
///
/// An empty `system_message` means that loading has not been tried yet. The result is then empty
/// unless it must not be tried, because the library or a dependency outside the system's folders is
/// truncated and would crash the system's loader.
std::string explain_load_failure(const std::filesystem::path& path,
                                 const std::filesystem::path& folder, const Paths& library_path,
                                 const std::string& system_message);

// The platform's part of the explanation.

/// What `message` means for the library `path`, and what to do; the message itself if it is
/// unknown.
std::string explain_system_message(const std::filesystem::path& path, const std::string& message);

/// Where the missing library `name` usually comes from; empty if unknown.
std::string dependency_source(const std::string& name);

/// A path's text in backquotes.
std::string quoted(const std::filesystem::path& path);

}  // namespace bridge32::binary
