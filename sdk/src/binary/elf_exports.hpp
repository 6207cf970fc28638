// What a Linux library exports, with versions, sizes and where constants lie: what a library that
// takes its place must have.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bridge32::binary {

enum class ElfExportKind {
    kFunction,
    kConstant,  ///< data that cannot be written to
    kVariable,  ///< data that can be, or that the loader writes to: it holds addresses
    kThreadLocal,
};

struct ElfExport {
    std::string name;
    std::string version = {};        ///< empty: none
    bool is_default_version = true;  ///< false: only programs that ask for that version get it
    ElfExportKind kind = ElfExportKind::kFunction;
    std::uint64_t size = 0;                    ///< in bytes; of data exactly
    std::optional<std::uint64_t> offset = {};  ///< of data in the file; none: it is all zeros
};

struct ElfExports {
    /// Why nothing is known; empty otherwise. For people: "missing or damaged: its symbol table".
    std::string problem;
    std::vector<std::string> versions;  ///< that it defines, in the order of the file
    /// By name, then by version. Without those that every linker adds (`_init`, `__bss_start`, …).
    std::vector<ElfExport> exports;
};

/// Reads what the loader reads; the section table can be missing. Never throws because of the
/// content.
ElfExports elf_exports(const std::filesystem::path& file);
/// The same for a file's content in memory.
ElfExports elf_exports(std::span<const std::byte> content);

}  // namespace bridge32::binary
