// The names that Microsoft's C++ compilers give to functions and variables: `?area@@YAHHH@Z`.
//
// A reader of our own: Windows has one in dbghelp.dll, LLVM has one, and neither is to be had as a
// small library on the other platform. It reads what DLLs export: functions, members,
// constructors, variables, with classes, pointers and templates as their types.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "binary/exports.hpp"

namespace bridge32::binary {

struct MicrosoftName {
    std::string text;  ///< "int __cdecl area(int, int)"
    Convention convention = Convention::unknown;
};

/// Nothing when `name` is not one, or holds what is not understood.
std::optional<MicrosoftName> read_microsoft_name(std::string_view name);

}  // namespace bridge32::binary
