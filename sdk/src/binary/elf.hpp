// ELF files, 32-bit and 64-bit: what they are, what they need, and their functions.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "binary/image.hpp"
#include "binary/image_reader.hpp"
#include "binary/symbols.hpp"

namespace bridge32::binary {

/// What a file consists of, as far as it is read here, in both widths.
/// https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html
namespace elf {

inline constexpr std::uint8_t kClass32 = 1;
inline constexpr std::uint8_t kClass64 = 2;
inline constexpr std::uint8_t kLittleEndian = 1;

inline constexpr std::uint32_t kSegmentLoad = 1;

inline constexpr std::uint32_t kSectionSymbols = 2;
inline constexpr std::uint32_t kSectionDynamicSymbols = 11;

template <class Address>
struct Header {
    std::array<std::uint8_t, 16> ident;
    std::uint16_t type, machine;
    std::uint32_t version;
    Address entry, segments_at, sections_at;
    std::uint32_t flags;
    std::uint16_t header_size, segment_size, segment_count;
    std::uint16_t section_size, section_count, section_names;
};
static_assert(sizeof(Header<std::uint32_t>) == 52);
static_assert(sizeof(Header<std::uint64_t>) == 64);

struct Segment32 {
    std::uint32_t type, offset, address, physical, file_size, memory_size, flags, alignment;
};
struct Segment64 {
    std::uint32_t type, flags;
    std::uint64_t offset, address, physical, file_size, memory_size, alignment;
};

template <class Address>
struct Section {
    std::uint32_t name, type;
    Address flags, address, offset, size;
    std::uint32_t link, info;
    Address alignment, entry_size;
};

template <class Address>
using SegmentHeader = std::conditional_t<sizeof(Address) == 4, Segment32, Segment64>;

struct Symbol32 {
    std::uint32_t name, value, size;
    std::uint8_t info, other;
    std::uint16_t section;
};
struct Symbol64 {
    std::uint32_t name;
    std::uint8_t info, other;
    std::uint16_t section;
    std::uint64_t value, size;
};
static_assert(sizeof(Symbol32) == 16 && sizeof(Symbol64) == 24);

template <class Address>
using SymbolEntry = std::conditional_t<sizeof(Address) == 4, Symbol32, Symbol64>;

}  // namespace elf

/// Call when the content begins with "\x7f" "ELF".
Image parse_elf(ImageReader& reader);

/// Whether the section table can be given to code that trusts it.
bool has_sound_sections(ImageReader& reader);

/// Whether every library exports that name, of the linker's making: `_init`, `__bss_start`, …
bool is_of_linker(const std::string& name);

/// The names of the variables that a file with that content exports, sorted.
std::vector<std::string> elf_variables(ImageReader& reader);

/// The functions of a file with that content.
std::vector<Symbol> elf_symbols(ImageReader& reader);

}  // namespace bridge32::binary
