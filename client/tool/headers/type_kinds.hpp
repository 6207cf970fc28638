// What types are, as far as it decides how something is passed.
#pragma once

#include <string>

#include "interface/interface.hpp"

namespace bridge32::tool {

/// One of the attributes says how something is passed: who has written it has decided.
bool is_decided(const interfaces::Attributes& attributes);

bool is_const(const interfaces::Type& type);
/// What a pointer points to, with its aliases; null if it is none.
const interfaces::Type* pointee_of(const interfaces::Type& type);
bool is_scalar(const interfaces::Type& type, interfaces::Scalar scalar);
/// A character of text: `char`, `wchar_t`. Bytes are no text.
bool is_character(const interfaces::Type& type);
bool is_integer(const interfaces::Type& type);
/// A char, a wchar_t or another integer with a sign.
bool is_signed(const interfaces::Type& type, interfaces::Target target);
bool is_handle(const interfaces::Type& type);
/// Without pointers and unions: a copy of its bytes is a copy of it.
bool is_plain(const interfaces::Type& type);
/// What a pointer to a function calls; null if it is none.
const interfaces::Type* function_of(const interfaces::Type& type);

/// A variable of this type can be read from outside: a number, text, a handle, a struct without
/// pointers, an array of known length.
bool is_readable(const interfaces::Type& type);

/// What can never be passed, and why; empty if it can.
std::string impossible(const interfaces::Type& type);

}  // namespace bridge32::tool
