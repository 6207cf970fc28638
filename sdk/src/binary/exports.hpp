// What a library file offers to others: the names, and on Windows the numbers.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "binary/decorated_name.hpp"  // until its users include it

namespace bridge32::binary {

/// An entry of a library's table of exports.
struct Export {
    std::string name;               ///< as the file has it; empty: Windows, by its number only
    std::uint32_t ordinal = 0;      ///< Windows: the number
    std::string forwarded_to = {};  ///< Windows: "OTHER.function", whose function it really is
};

/// By name, those without a name last. ELF: without what the linker adds by itself (`_init`,
/// `__bss_start`, …). Empty when the file is no library, or damaged.
std::vector<Export> exports_of(const std::filesystem::path& file);

/// Whether exports_of can tell. An ELF file tells by its sections; without them, or with some of
/// them cut off, the system loads it all the same.
bool can_list_exports(const std::filesystem::path& file);

/// The names that the file exports, as the file has them, without version suffixes. Empty
/// when it is not a library, or damaged.
std::vector<std::string> exported_names(const std::filesystem::path& file);

}  // namespace bridge32::binary
