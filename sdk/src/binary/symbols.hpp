// Finds the function at an address in a library file.
//
// Read from the file by the client, not by the process that crashed. ELF: the full symbol table and
// the dynamic one; PE: the COFF symbol table that MinGW leaves, and the exports.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bridge32::binary {

/// A function of a library file.
struct Symbol {
    std::uint64_t offset = 0;  ///< from where the file's first byte is loaded
    std::uint64_t size = 0;    ///< in bytes; 0 when the file does not tell
    std::string name;          ///< as the file has it
};

/// A file's functions, for look-ups.
class Symbols {
public:
    /// Reads them. Never throws because of the file's content; damaged parts are omitted.
    static Symbols of(const std::filesystem::path& file);
    /// The same for a file's content in memory.
    static Symbols of(std::span<const std::byte> content);

    /// The function at `offset`; if the file has no sizes, the nearest function at or before it.
    /// Null if there is none.
    const Symbol* find(std::uint64_t offset) const noexcept;

    std::size_t count() const noexcept { return symbols_.size(); }

private:
    explicit Symbols(std::vector<Symbol> symbols);

    std::vector<Symbol> symbols_;  // by offset
};

/// "my_lib::Parser::run(int)" for "_ZN6my_lib6Parser3runEi"; other names are returned unchanged.
std::string demangled(const std::string& name);

}  // namespace bridge32::binary
