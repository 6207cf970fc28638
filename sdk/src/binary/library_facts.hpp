// What a library file says of itself.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

namespace bridge32::binary {

/// {"name":…,"path":…,"format":…,"bits":…,"version":…} about the library `file`: `path` with
/// links resolved; `version` is library_version's of the resolved file; members that cannot be told
/// are left out. Throws nothing but std::bad_alloc.
nlohmann::json library_facts(const std::filesystem::path& file);

}  // namespace bridge32::binary
