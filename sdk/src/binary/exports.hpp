// What a library file offers, and what its names tell of the functions behind them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

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

/// What a name's decoration says about how the function is called.
enum class Convention { unknown, cdecl_, stdcall, fastcall, thiscall, vectorcall };

/// The language that a name's form belongs to.
enum class NameForm { plain, cpp, cpp_microsoft, fortran };

struct ExportName {
    std::string name;      ///< as the file has it
    std::string readable;  ///< demangled: `geometry::area(int, int)`; else the same
    std::string base;      ///< without decorations, scopes and parameters: `area`
    NameForm form = NameForm::plain;
    Convention convention = Convention::unknown;
    std::optional<unsigned> argument_bytes = {};  ///< the N of `f@N`
};

/// Never throws on the name's content. A name of Microsoft's C++ that uses what is not understood
/// stays as it is. `f_` is taken for Fortran's when `fortran` says that the library is.
ExportName read_export_name(const std::string& name, bool fortran = false);

/// "stdcall", "fastcall", …; empty when it is unknown.
const char* text_of(Convention convention) noexcept;

}  // namespace bridge32::binary
