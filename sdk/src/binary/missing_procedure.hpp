// Windows: which function a library expects of another one that does not have it.
#pragma once

#include <filesystem>
#include <string>

namespace bridge32::binary {

/// What `path`, or a library that it needs, imports in vain, and what to do; empty when
/// everything is there.
std::string missing_procedure(const std::filesystem::path& path);

}  // namespace bridge32::binary
