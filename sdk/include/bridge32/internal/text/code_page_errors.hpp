// What goes wrong when text is converted, the same on every platform.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "bridge32/internal/codec/error.hpp"
#include "bridge32/internal/text/utf16.hpp"

namespace bridge32::detail {

[[noreturn]] inline void throw_no_character(char byte, std::size_t at, std::uint32_t page) {
    constexpr char kHex[] = "0123456789abcdef";
    throw CodecError(std::string("byte 0x") + kHex[(byte >> 4) & 0xf] + kHex[byte & 0xf] +
                     " at offset " + std::to_string(at) + " is not a character of code page " +
                     std::to_string(page));
}

[[noreturn]] inline void throw_not_in_page(char32_t c, std::size_t at, std::uint32_t page) {
    throw CodecError("the character " + code_point_text(c) + " at offset " + std::to_string(at) +
                     " is not in code page " + std::to_string(page));
}

/// The character of valid UTF-8 that begins at `at`.
inline char32_t character_at(std::string_view text, std::size_t at) {
    const char* const begin = text.data() + at;
    const std::size_t length = utf8_sequence(begin, text.data() + text.size());
    char32_t found = 0;
    for_each_utf8(text.substr(at, length == 0 ? 1 : length),
                  [&](char32_t c, std::size_t) { found = c; });
    return found;
}

}  // namespace bridge32::detail
