// What a PE file (Windows) consists of, as far as it is read here.
// https://learn.microsoft.com/windows/win32/debug/pe-format
#pragma once

#include <cstddef>
#include <cstdint>

namespace bridge32::binary::pe {

inline constexpr std::uint64_t kNewHeaderAt = 0x3c;
inline constexpr std::uint32_t kSignature = 0x00004550;  // "PE\0\0"
inline constexpr std::uint16_t kMagic32 = 0x10b;
inline constexpr std::uint16_t kMagic64 = 0x20b;

struct FileHeader {
    std::uint16_t machine, section_count;
    std::uint32_t time, symbols_at, symbol_count;
    std::uint16_t optional_size, characteristics;
};
static_assert(sizeof(FileHeader) == 20);

// Which directory is which.
inline constexpr std::uint32_t kExportDirectory = 0;
inline constexpr std::uint32_t kImportDirectory = 1;
inline constexpr std::uint32_t kClrDirectory = 14;

struct Directory {
    std::uint32_t address, size;
};

struct SectionHeader {
    char name[8];
    std::uint32_t memory_size, address, file_size, offset, relocations_at, lines_at;
    std::uint16_t relocation_count, line_count;
    std::uint32_t characteristics;
};
static_assert(sizeof(SectionHeader) == 40);

struct ExportDirectory {
    std::uint32_t flags, time;
    std::uint16_t major, minor;
    std::uint32_t name, ordinal_base, function_count, name_count;
    std::uint32_t functions, names, ordinals;  // addresses of tables
};
static_assert(sizeof(ExportDirectory) == 40);

/// Of the COFF symbol table. 18 bytes in the file.
struct CoffSymbol {
    char name[8];  // or, when the first four are 0, the place in the string table
    std::uint32_t value;
    std::int16_t section;  // counted from 1
    std::uint16_t type;
    std::uint8_t storage;
    std::uint8_t auxiliary;  // further entries that belong to this one
};
inline constexpr std::size_t kCoffSymbolBytes = 18;

}  // namespace bridge32::binary::pe
