// Where the host executable is.
#pragma once

#include <filesystem>

namespace bridge32::client {

/// `given` when it is not empty, then the environment's BRIDGE32_HOST, then host32 beside this
/// library (build tree) or in `bridge32/` beside it (installed). Absolute and without links, since
/// the other host and `plugins/` are beside the program itself. Throws StartupError that says where
/// it was looked for, or, unless `allow_unsafe`, that other users could replace it.
std::filesystem::path find_host(const std::filesystem::path& given, bool allow_unsafe);

}  // namespace bridge32::client
