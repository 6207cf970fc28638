// What a library file exports: names, and on Windows ordinals.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace bridge32::binary {

/// An entry of a library's table of exports.
struct Export {
    std::string name;               ///< as the file has it; empty: Windows, by its number only
    std::uint32_t ordinal = 0;      ///< Windows: the number
    std::string forwarded_to = {};  ///< Windows: "OTHER.function", whose function it really is
    bool is_variable = false;       ///< it is data, not code
};

/// Sorted by name; entries without a name come last. ELF: without the linker's own symbols
/// (`_init`, `__bss_start`, …). Empty if the file is damaged or not a library.
std::vector<Export> exports_of(const std::filesystem::path& file);

/// True if exports_of can list them. For ELF this needs the section table, which can be missing or
/// truncated in a file that the system loads.
bool can_list_exports(const std::filesystem::path& file);

/// The names that the file exports, unchanged except for version suffixes. Empty if it is damaged
/// or not a library.
std::vector<std::string> exported_names(const std::filesystem::path& file);

}  // namespace bridge32::binary
