// What a library file says of itself.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

namespace bridge32::loading {

/// {"name":…,"path":…,"format":…,"bits":…,"version":…} about the library `file`: `path` with
/// links resolved; `version` where the resolved file's name has one (libz.so.1.2.13); members
/// that cannot be told are left out. Throws nothing but std::bad_alloc.
nlohmann::json library_facts(const std::filesystem::path& file);

}  // namespace bridge32::loading
