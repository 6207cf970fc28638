// Types as C writes them.
#pragma once

#include <string>

#include "interface/type.hpp"

namespace bridge32::interfaces {

const char* text_of(Scalar scalar) noexcept;

/// "stdcall", "regparm" of all three; "cdecl" for `unstated`.
const char* name_of(Convention convention) noexcept;

/// "__stdcall ", "__attribute__((regparm(3))) "; empty for `unstated`.
std::string text_of(Convention convention);

/// What a declarator stands on, without the pointers, arrays and functions around it: a scalar, a
/// record, an enumeration, an alias; the const ones too.
const Type& base_of(const Type& type) noexcept;

/// What is around that: "*(*name)(int)". `whole`: with what parameters have between [[ and ]].
std::string declarator(const Type& type, std::string name, bool whole);

/// `base` as it is declared: "const struct point", "DWORD". `whole`: with the members of records
/// and enumerations that have no tag.
std::string text_of_base(const Type& base, bool whole);

/// Both: "int (*f)(int)".
std::string spell(const Type& type, std::string name, bool whole);

}  // namespace bridge32::interfaces
