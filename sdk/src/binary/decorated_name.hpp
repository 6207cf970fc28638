// What the decorations of an exported name tell of the function behind it: `_f@8` and `@f@8` of
// 32-bit Windows, `_Z4areaii` and `?area@@YAHHH@Z` of C++, `f_` and `__m_MOD_f` of Fortran.
//
// For Microsoft's names there is a reader of our own: Windows has one in dbghelp.dll, LLVM has one,
// and neither is to be had as a small library on the other platform. It reads what DLLs export:
// functions, members, constructors, variables, with classes, pointers and templates as their types.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bridge32::binary {

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

struct MicrosoftName {
    std::string text;  ///< "int __cdecl area(int, int)"
    Convention convention = Convention::unknown;
};

/// Of a name of Microsoft's C++ compilers, `?area@@YAHHH@Z`. Nothing when `name` is not one, or
/// holds what is not understood.
std::optional<MicrosoftName> read_microsoft_name(std::string_view name);

/// "stdcall", "fastcall", …; empty when it is unknown.
const char* text_of(Convention convention) noexcept;

}  // namespace bridge32::binary
