// What a drop-in library exports, for the writers of ELF and PE files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bridge32::tool {

/// A function: its place in `LibraryDescription::functions` is its number in the runtime.
struct WrappedFunction {
    std::string name;                ///< Windows: empty for one that has an ordinal only
    std::string version = {};        ///< ELF: empty for one without a version
    bool is_default_version = true;  ///< ELF: programs that are linked from now on get this one
    /// Windows: several names may have one. ELF: none.
    std::optional<std::uint32_t> ordinal = {};
};

/// A constant, whose bytes are those of the 64-bit type.
struct WrappedConstant {
    std::string name;
    std::string bytes;
    std::string version = {};
    bool is_default_version = true;
    std::optional<std::uint32_t> ordinal = {};
};

struct LibraryDescription {
    std::string file_name;              ///< without a folder
    std::string soname;                 ///< ELF: empty for none
    std::string interface_file;         ///< a file name, in the folder bridge32 beside the library
    std::vector<std::string> versions;  ///< ELF: those that it defines, in order
    std::string version_resource;       ///< Windows: empty for none
    std::uint16_t version_language = 0;
    std::vector<WrappedFunction> functions;
    std::vector<WrappedConstant> constants;
};

/// Throws Error for what no writer can write: nothing exported, a name without characters or with a
/// zero, the same export twice, a version that `versions` does not list.
void check_description(const LibraryDescription& library);

/// What `DropIn::names` has for the function.
std::string runtime_name(const WrappedFunction& function);

}  // namespace bridge32::tool
