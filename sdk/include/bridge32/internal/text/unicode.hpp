// UTF-8 and UTF-16: malformed text is refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "bridge32/internal/support/codec_error.hpp"

namespace bridge32::detail {

/// The length, 2 to 4, of the well-formed UTF-8 sequence that begins at `at` with a byte over
/// 0x7f; 0 when it is malformed or cut off. As table 3-7 of the Unicode standard: no overlong
/// forms, no surrogates, nothing over U+10FFFF.
inline std::size_t utf8_sequence(const char* at, const char* end) noexcept {
    const auto byte = [at](std::ptrdiff_t i) { return static_cast<unsigned char>(at[i]); };
    const auto tail = [&](std::ptrdiff_t i) { return (byte(i) & 0xc0) == 0x80; };
    const auto left = end - at;
    const unsigned char lead = byte(0);
    if (lead < 0xc2 || lead > 0xf4 || left < 2) {
        return 0;
    }
    if (lead < 0xe0) {
        return tail(1) ? 2 : 0;
    }
    const unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (byte(1) < low || byte(1) > high) {
        return 0;
    }
    if (lead < 0xf0) {
        return left >= 3 && tail(2) ? 3 : 0;
    }
    return left >= 4 && tail(2) && tail(3) ? 4 : 0;
}

/// Throws the error for text that is not UTF-8 at this byte.
[[noreturn]] inline void throw_not_utf8(std::size_t at, char c) {
    constexpr char kHex[] = "0123456789abcdef";
    throw CodecError("the string is not valid UTF-8: byte 0x" +
                     std::string{kHex[(c >> 4) & 0xf], kHex[c & 0xf]} + " at offset " +
                     std::to_string(at));
}

/// "U+20AC"
inline std::string code_point_text(char32_t c) {
    constexpr char kHex[] = "0123456789ABCDEF";
    std::string text = "U+";
    for (int shift = c > 0xffff ? 20 : 12; shift >= 0; shift -= 4) {
        text += kHex[(c >> shift) & 0xf];
    }
    return text;
}

/// `c` is no surrogate and at most U+10FFFF.
inline void append_utf8(std::string& out, char32_t c) {
    const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((c >> shift) & 0x3f)); };
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xc0 | (c >> 6));
        tail(0);
    } else if (c < 0x10000) {
        out += static_cast<char>(0xe0 | (c >> 12));
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xf0 | (c >> 18));
        tail(12);
        tail(6);
        tail(0);
    }
}

inline void append_utf16(std::u16string& out, char32_t c) {
    if (c < 0x10000) {
        out += static_cast<char16_t>(c);
    } else {
        out += static_cast<char16_t>(0xd7c0 + (c >> 10));
        out += static_cast<char16_t>(0xdc00 + (c & 0x3ff));
    }
}

/// Calls `visit(character, offset in bytes)` for each. Throws CodecError where `text` is not UTF-8.
template <class Visit>
void for_each_utf8(std::string_view text, const Visit& visit) {
    const char* const end = text.data() + text.size();
    for (const char* at = text.data(); at != end;) {
        const auto offset = static_cast<std::size_t>(at - text.data());
        const auto lead = static_cast<unsigned char>(*at);
        if (lead < 0x80) {
            visit(char32_t{lead}, offset);
            ++at;
            continue;
        }
        const std::size_t length = utf8_sequence(at, end);
        if (length == 0) {
            throw_not_utf8(offset, *at);
        }
        char32_t c = lead & (0xffu >> (length + 1));
        for (std::size_t i = 1; i < length; ++i) {
            c = (c << 6) | (static_cast<unsigned char>(at[i]) & 0x3fu);
        }
        visit(c, offset);
        at += length;
    }
}

inline bool is_utf8(std::string_view text) noexcept {
    const char* const end = text.data() + text.size();
    for (const char* at = text.data(); at != end;) {
        const bool is_ascii = static_cast<unsigned char>(*at) < 0x80;
        const std::size_t length = is_ascii ? 1 : utf8_sequence(at, end);
        if (length == 0) {
            return false;
        }
        at += length;
    }
    return true;
}

inline std::u16string utf8_to_utf16(std::string_view text) {
    std::u16string out;
    out.reserve(text.size());
    for_each_utf8(text, [&](char32_t c, std::size_t) { append_utf16(out, c); });
    return out;
}

/// Throws CodecError at a surrogate that has no partner.
inline std::string utf16_to_utf8(std::u16string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char32_t c = text[i];
        if (c >= 0xd800 && c < 0xe000) {
            const char32_t low = i + 1 < text.size() ? text[i + 1] : 0;
            if (c >= 0xdc00 || low < 0xdc00 || low >= 0xe000) {
                throw CodecError("the text is not valid UTF-16: a lone surrogate " +
                                 code_point_text(c) + " at offset " + std::to_string(i));
            }
            c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
            ++i;
        }
        append_utf8(out, c);
    }
    return out;
}

/// Throws CodecError for what is no character.
inline std::string utf32_to_utf8(std::u32string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] > 0x10ffff || (text[i] >= 0xd800 && text[i] < 0xe000)) {
            throw CodecError("the text is not valid UTF-32 at offset " + std::to_string(i));
        }
        append_utf8(out, text[i]);
    }
    return out;
}

/// UTF-32 where wchar_t is that, otherwise UTF-16. Throws CodecError for what is no character.
inline std::string wide_to_utf8(std::wstring_view text) {
    if constexpr (sizeof(wchar_t) == sizeof(char16_t)) {
        return utf16_to_utf8(std::u16string(text.begin(), text.end()));
    } else {
        return utf32_to_utf8(std::u32string(text.begin(), text.end()));
    }
}
inline std::string wide_to_utf8(std::u16string_view text) { return utf16_to_utf8(text); }

/// As a std::u16string or std::wstring.
template <class T>
T utf8_to_wide(std::string_view text) {
    if constexpr (sizeof(typename T::value_type) == sizeof(char16_t)) {
        const std::u16string units = utf8_to_utf16(text);
        return T(units.begin(), units.end());
    } else {
        T out;
        out.reserve(text.size());
        for_each_utf8(
            text, [&](char32_t c, std::size_t) { out += static_cast<typename T::value_type>(c); });
        return out;
    }
}

}  // namespace bridge32::detail
