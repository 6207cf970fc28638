// JSON text of scalars, appended to a string that the caller reuses.
#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

#include "bridge32/internal/codec/error.hpp"
#include "bridge32/internal/support/compiler.hpp"
#include "bridge32/internal/text/text.hpp"

namespace bridge32::detail {

template <std::integral T>
void write_integer(std::string& out, T value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append(digits, static_cast<std::size_t>(end - digits));
}

/// @{
/// The shortest text that reads back as the same `value`, which is finite; with ".0" when it
/// would look like an integer otherwise.
BRIDGE32_DETAIL_CODEC_API void write_real(std::string& out, float value);
BRIDGE32_DETAIL_CODEC_API void write_real(std::string& out, double value);
/// @}

/// `text` in quotes. Throws CodecError when it is not valid UTF-8.
BRIDGE32_DETAIL_CODEC_API void write_string(std::string& out, std::string_view text);

/// The error of a text that is not UTF-8, at this byte.
[[noreturn]] BRIDGE32_DETAIL_CODEC_API void throw_not_utf8(std::size_t at, char c);

}  // namespace bridge32::detail
