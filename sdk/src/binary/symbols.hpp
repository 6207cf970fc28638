// Which function an address in a library file belongs to.
//
// Read from the file by whoever wants to know, not by the process that crashed. ELF: the full
// symbol table and the dynamic one; PE: the COFF symbol table that MinGW leaves, and the exports.
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
    /// Reads them. Never throws on the file's content: what is damaged is left out.
    static Symbols of(const std::filesystem::path& file);
    /// The same for a file's content in memory.
    static Symbols of(std::span<const std::byte> content);

    /// The function that `offset` lies in; where the file does not tell sizes, the nearest one
    /// that begins at or before it. Null when there is none.
    const Symbol* find(std::uint64_t offset) const noexcept;

    std::size_t count() const noexcept { return symbols_.size(); }

private:
    explicit Symbols(std::vector<Symbol> symbols);

    std::vector<Symbol> symbols_;  // by offset
};

/// "my_lib::Parser::run(int)" for "_ZN6my_lib6Parser3runEi"; a name that is not mangled, or not in
/// this compiler's way, as it is.
std::string demangled(const std::string& name);

}  // namespace bridge32::binary
