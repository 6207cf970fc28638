// The parts of the image reader, one for each format.
#pragma once

#include <cstddef>
#include <vector>

#include "binary/image.hpp"
#include "binary/image_reader.hpp"
#include "binary/symbols.hpp"

namespace bridge32::binary {

// Limits that no real library reaches, so that a damaged one costs little time and memory.
inline constexpr std::size_t kMaxNeeded = 1024;
inline constexpr std::size_t kMaxTextSize = 4096;
inline constexpr std::size_t kMaxTableEntries = 65536;
inline constexpr std::size_t kMaxSymbolBytes = 32U << 20;  // of one table, and of all its names:
                                                           // many may be parts of one text

/// Call when the content begins with "\x7f" "ELF".
Image parse_elf(ImageReader& reader);

/// Whether the section table can be given to code that trusts it.
bool has_sound_sections(ImageReader& reader);

/// Call when the content begins with "MZ".
Image parse_pe(ImageReader& reader);

/// Likewise.
std::vector<Imports> pe_imports(ImageReader& reader);

/// The functions of a file with that content.
std::vector<Symbol> elf_symbols(ImageReader& reader);
std::vector<Symbol> pe_symbols(ImageReader& reader);

}  // namespace bridge32::binary
