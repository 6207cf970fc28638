// JSON text of scalars, appended to a string that the caller reuses.
#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

#include "bridge32/internal/json/decimal.hpp"
#include "bridge32/internal/support/compiler.hpp"

namespace bridge32::detail {

template <std::integral T>
void write_integer(std::string& out, T value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append(digits, static_cast<std::size_t>(end - digits));
}

/// `text` in quotes. Throws CodecError when it is not valid UTF-8.
BRIDGE32_DETAIL_CODEC_API void write_string(std::string& out, std::string_view text);

}  // namespace bridge32::detail
