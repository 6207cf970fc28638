// Information in a library file: its version, and what plugins can query.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace bridge32::binary {

/// "1.2.13" for the file libz.so.1.2.13; on Windows the four numbers of the version resource. Empty
/// if there is none.
std::string library_version(const std::filesystem::path& file);

/// {"name":…,"path":…,"format":…,"bits":…,"version":…} about the library `file`: `path` with links
/// resolved; `version` as from library_version for the resolved file; unknown members are omitted.
/// Throws only std::bad_alloc.
nlohmann::json library_facts(const std::filesystem::path& file);

}  // namespace bridge32::binary
