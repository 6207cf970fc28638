// The parts of an interface file's text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "interface/type.hpp"

namespace bridge32::interfaces {

/// " [[out, count(n)]]"; empty if there are none.
std::string text_of(const Attributes& attributes);

/// "struct point { int x; int y; }", "enum { red, green = 5 }".
std::string text_of_definition(const Type& type);

/// What an enumeration is, unless it says otherwise: `int` or `unsigned int`, or 64 bits where its
/// values need them.
Scalar scalar_of(const std::vector<Enumerator>& enumerators) noexcept;

/// A string literal.
std::string string_literal(std::string_view text);

}  // namespace bridge32::interfaces
