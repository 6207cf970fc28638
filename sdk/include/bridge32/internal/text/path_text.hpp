// Paths as text. In bridge32 text is UTF-8 on every platform; a path is whatever the system has:
// bytes on Linux, UTF-16 on Windows. Neither path::string() nor path(std::string) says which
// encoding it means (MSVC: the system's code page), so nothing of ours uses them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "bridge32/internal/text/unicode.hpp"

namespace bridge32::detail {

inline constexpr char32_t kReplacement = 0xfffd;

/// What is malformed becomes U+FFFD: a name that cannot be written is still a name to report.
inline std::u16string replacing_utf16(std::string_view utf8) {
    std::u16string out;
    out.reserve(utf8.size());
    while (!utf8.empty()) {
        const char* const begin = utf8.data();
        const bool ascii = static_cast<unsigned char>(*begin) < 0x80;
        const std::size_t size = ascii ? 1 : utf8_sequence(begin, begin + utf8.size());
        if (size == 0) {
            append_utf16(out, kReplacement);
        } else {
            for_each_utf8(utf8.substr(0, size),
                          [&](char32_t c, std::size_t) { append_utf16(out, c); });
        }
        utf8.remove_prefix(size == 0 ? 1 : size);
    }
    return out;
}

/// A surrogate without a partner becomes U+FFFD.
inline std::string replacing_utf8(std::u16string_view utf16) {
    std::string out;
    out.reserve(utf16.size());
    for (std::size_t i = 0; i < utf16.size(); ++i) {
        char32_t c = utf16[i];
        if (c >= 0xd800 && c < 0xe000) {
            const char32_t low = i + 1 < utf16.size() ? utf16[i + 1] : 0;
            const bool pair = c < 0xdc00 && low >= 0xdc00 && low < 0xe000;
            c = pair ? 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00) : kReplacement;
            i += pair ? 1 : 0;
        }
        append_utf8(out, c);
    }
    return out;
}

inline std::string utf8_of_native(const std::string& bytes) { return bytes; }
inline std::string utf8_of_native(const std::wstring& text) {
    return replacing_utf8(std::u16string(text.begin(), text.end()));
}

inline void assign_utf8(std::string& native, std::string_view utf8) { native = utf8; }
inline void assign_utf8(std::wstring& native, std::string_view utf8) {
    const std::u16string text = replacing_utf16(utf8);
    native.assign(text.begin(), text.end());
}

/// The path as text, as it is written: on Linux its bytes, on Windows in UTF-8. Any path has one.
inline std::string utf8_of(const std::filesystem::path& path) {
    return utf8_of_native(path.native());
}

/// The path that `utf8` names: on Linux these bytes. Any text is one, be it of no file.
inline std::filesystem::path path_from_utf8(std::string_view utf8) {
    std::filesystem::path::string_type native;
    assign_utf8(native, utf8);
    return std::filesystem::path(std::move(native));
}

}  // namespace bridge32::detail
