// JSON text of scalars, appended to a string that the caller reuses.
#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

#include "bridge32/internal/codec/error.hpp"
#include "bridge32/internal/text/text.hpp"

namespace bridge32::detail {

template <std::integral T>
void write_integer(std::string& out, T value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append(digits, static_cast<std::size_t>(end - digits));
}

/// The shortest text that reads back as the same `value`, which is finite; with ".0" when it
/// would look like an integer otherwise.
template <std::floating_point T>
void write_real(std::string& out, T value) {
    char digits[40];
    auto end = std::to_chars(digits, digits + sizeof digits - 2, value).ptr;
    if (std::string_view(digits, static_cast<std::size_t>(end - digits)).find_first_of(".e") ==
        std::string_view::npos) {
        *end++ = '.';
        *end++ = '0';
    }
    out.append(digits, static_cast<std::size_t>(end - digits));
}

inline void write_escape(std::string& out, char c) {
    constexpr char kHex[] = "0123456789abcdef";
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\b':
            out += "\\b";
            return;
        case '\f':
            out += "\\f";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            out += "\\u00";
            out += kHex[(c >> 4) & 0xf];
            out += kHex[c & 0xf];
    }
}

[[noreturn]] inline void throw_not_utf8(std::size_t at, char c) {
    constexpr char kHex[] = "0123456789abcdef";
    throw CodecError("the string is not valid UTF-8: byte 0x" +
                     std::string{kHex[(c >> 4) & 0xf], kHex[c & 0xf]} + " at offset " +
                     std::to_string(at));
}

/// `text` in quotes. Throws CodecError when it is not valid UTF-8.
inline void write_string(std::string& out, std::string_view text) {
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    const char* run = begin;  // what is not written yet
    const char* at = begin;
    out.push_back('"');
    while ((at = skip_plain(at, end)) != end) {
        if (static_cast<unsigned char>(*at) >= 0x80) {
            const std::size_t length = utf8_sequence(at, end);
            if (length == 0) {
                throw_not_utf8(static_cast<std::size_t>(at - begin), *at);
            }
            at += length;
        } else {
            out.append(run, at);
            write_escape(out, *at);
            run = ++at;
        }
    }
    out.append(run, end);
    out.push_back('"');
}

}  // namespace bridge32::detail
