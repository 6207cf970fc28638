// What a library file says of itself: its version, and all that a plugin may ask for.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace bridge32::binary {

/// "1.2.13" for the file libz.so.1.2.13; on Windows what the file's version resource says, four
/// numbers. Empty where there is none.
std::string library_version(const std::filesystem::path& file);

/// {"name":…,"path":…,"format":…,"bits":…,"version":…} about the library `file`: `path` with
/// links resolved; `version` is library_version's of the resolved file; members that cannot be told
/// are left out. Throws nothing but std::bad_alloc.
nlohmann::json library_facts(const std::filesystem::path& file);

}  // namespace bridge32::binary
