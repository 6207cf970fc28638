// What the decorations of an exported name say about the function: `_f@8` and `@f@8` of 32-bit
// Windows, `_Z4areaii` and `?area@@YAHHH@Z` of C++, `f_` and `__m_MOD_f` of Fortran.
//
// Microsoft's names are read by our own code: Windows' and LLVM's demanglers are not available as a
// small library on both platforms. It supports what DLLs export: functions, members, constructors
// and variables, with classes, pointers and templates as types.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bridge32::binary {

/// What a name's decoration says about how the function is called.
enum class Convention { kUnknown, kCdecl, kStdcall, kFastcall, kThiscall, kVectorcall };

/// The language that a name's form belongs to.
enum class NameForm { kPlain, kCpp, kCppMicrosoft, kFortran };

struct ExportName {
    std::string name;      ///< as the file has it
    std::string readable;  ///< demangled: `geometry::area(int, int)`; else the same
    std::string base;      ///< without decorations, scopes and parameters: `area`
    NameForm form = NameForm::kPlain;
    Convention convention = Convention::kUnknown;
    std::optional<unsigned> argument_bytes = {};  ///< the N of `f@N`
};

/// Never throws because of the name. A Microsoft C++ name with unsupported parts is left as it is.
/// `f_` is a Fortran name if `fortran` is set, which says that the library is.
ExportName read_export_name(const std::string& name, bool fortran = false);

struct MicrosoftName {
    std::string text;  ///< "int __cdecl area(int, int)"
    Convention convention = Convention::kUnknown;
};

/// For a name of Microsoft's C++ compilers, `?area@@YAHHH@Z`. Nothing if `name` is not one, or has
/// unsupported parts.
std::optional<MicrosoftName> read_microsoft_name(std::string_view name);

/// "stdcall", "fastcall", …; empty when it is unknown.
const char* text_of(Convention convention) noexcept;

}  // namespace bridge32::binary
