// What a library file is: format, bitness, machine, and what it needs to be loaded.
//
// A small reader for ELF and PE of both bitnesses: Boost.DLL's library_info lists exported symbols
// but neither bitness nor dependencies, and Debian has no header-only reader for both formats. It
// reads either format on any platform, and is safe for files with any content.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace bridge32::binary {

/// The bitness of this process, and so of the libraries that it loads.
inline constexpr int kOwnBits = static_cast<int>(8 * sizeof(void*));

enum class Format {
    kUnreadable,  ///< cannot be opened
    kEmpty,
    kElf,
    kPe,
    kOther,
};

/// The format that this process's system loads.
#if defined(_WIN32)
inline constexpr Format kNativeFormat = Format::kPe;
#else
inline constexpr Format kNativeFormat = Format::kElf;
#endif

/// The machine whose libraries this process loads, as `Image::machine` names it.
inline constexpr const char* kOwnMachine = kOwnBits == 32 ? "i386" : "x86-64";

struct Image {
    Format format = Format::kUnreadable;
    /// What it is, for people: "a 64-bit library", "a text file", "a static archive (.a)".
    std::string description;
    int bits = 0;         ///< 32 or 64; 0 when it is neither ELF nor PE
    std::string machine;  ///< "i386", "x86-64", "ARM", …
    bool is_library = false;
    bool is_damaged = false;          ///< parts that its header promises are not there
    bool is_dotnet = false;           ///< a .NET assembly, which needs the .NET runtime
    bool dotnet_any_cpu = false;      ///< of no bitness: what `bits` says does not matter
    bool dotnet_native_code = false;  ///< holds native code too: C++/CLI
    std::string dotnet_version;       ///< of the runtime that it was built for: "v4.0.30319"

    /// The names of its direct dependencies, in order.
    std::vector<std::string> needed;

    // ELF only.
    std::string soname;
    std::string rpath;              ///< as written: separated by colons, `$ORIGIN` not replaced
    std::string runpath;            ///< likewise
    bool text_relocations = false;  ///< its code is written to when it is loaded
    bool executable_stack = false;  ///< it makes the stacks of the process executable
};

/// Reads the file. Never throws because of its content.
Image read_image(const std::filesystem::path& file);

/// The same for a file's content in memory.
Image parse_image(std::span<const std::byte> content);

/// True if its format, bitness and machine allow a process of this system to load it.
bool is_loadable(const Image& image, int bits = kOwnBits);

/// What a library imports from a dependency.
struct Imports {
    std::string library;
    std::vector<std::string> names;  ///< "#12" is one that is imported by its number
};

/// What a Windows file imports, by library. Empty if it is not a Windows file. (ELF does not say
/// which library a symbol comes from.)
std::vector<Imports> imported_names(const std::filesystem::path& file);

}  // namespace bridge32::binary
