// Text in the forms that old libraries use: code pages, UTF-16, buffers. Everywhere else in
// bridge32, text is UTF-8 in a std::string; convert at the call of the library.
//
//     method("title", [this](int id) {
//         return bridge32::filled_text(64, [&](char* buffer, std::size_t size) {
//             get_title(id, buffer, size);
//         });
//     });
//     method("read_name", [this] {
//         return bridge32::to_utf8(bridge32::take_text(lib_name(), lib_free), CodePage::ansi);
//     });
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "bridge32/internal/text/code_page.hpp"
#include "bridge32/internal/text/code_page_errors.hpp"
#include "bridge32/internal/text/code_page_tables.hpp"
#include "bridge32/internal/text/utf16.hpp"

namespace bridge32 {

/// A Windows code page by number; `CodePage{949}` is a page without a name here.
///
/// utf8, latin1 and the windows_… and ibm… pages work everywhere; others use the system's
/// conversion (on Linux a gconv module of glibc). `ansi` is the system's page, or windows_1252 on
/// Linux, which has none.
enum class CodePage : std::uint32_t {
    ansi = 0,
    ibm437 = 437,
    ibm850 = 850,
    shift_jis = 932,
    gbk = 936,
    windows_1250 = 1250,
    windows_1251 = 1251,
    windows_1252 = 1252,
    latin1 = 28591,
    utf8 = 65001,
};

namespace detail {

inline std::uint32_t page_number(CodePage page) noexcept {
    return page == CodePage::ansi ? system_code_page() : static_cast<std::uint32_t>(page);
}

/// The byte for `c` in a page above ASCII, or -1.
inline int byte_of(char32_t c, const CodePageTable& table) noexcept {
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (table[i] == c && c != 0) {
            return static_cast<int>(0x80 + i);
        }
    }
    return -1;
}

}  // namespace detail

/// Converts `bytes` in `page` to UTF-8. Zero bytes are ordinary characters: see text_in. Throws
/// CodecError with the byte that is not a character, or with the page if it is not available.
inline std::string to_utf8(std::string_view bytes, CodePage page) {
    const std::uint32_t number = detail::page_number(page);
    const detail::CodePageTable* const table = detail::code_page_table(number);
    if (number == static_cast<std::uint32_t>(CodePage::utf8)) {
        detail::for_each_utf8(bytes, [](char32_t, std::size_t) {});
        return std::string(bytes);
    }
    if (table == nullptr && number != static_cast<std::uint32_t>(CodePage::latin1)) {
        return detail::system_to_utf8(bytes, number);
    }
    std::string out;
    out.reserve(bytes.size());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto byte = static_cast<unsigned char>(bytes[i]);
        const char32_t c = byte < 0x80 || table == nullptr ? byte : (*table)[byte - 0x80u];
        if (c == 0 && byte != 0) {
            detail::throw_no_character(bytes[i], i, number);
        }
        detail::append_utf8(out, c);
    }
    return out;
}

/// Converts UTF-8 `text` to `page`. Characters that cannot be represented throw CodecError; none is
/// replaced.
inline std::string from_utf8(std::string_view text, CodePage page) {
    const std::uint32_t number = detail::page_number(page);
    const detail::CodePageTable* const table = detail::code_page_table(number);
    const bool is_latin1 = number == static_cast<std::uint32_t>(CodePage::latin1);
    if (table == nullptr && !is_latin1) {
        detail::for_each_utf8(text, [](char32_t, std::size_t) {});
        return number == static_cast<std::uint32_t>(CodePage::utf8)
                   ? std::string(text)
                   : detail::system_from_utf8(text, number);
    }
    std::string out;
    out.reserve(text.size());
    detail::for_each_utf8(text, [&](char32_t c, std::size_t at) {
        const int byte = c < (is_latin1 ? 0x100 : 0x80) ? static_cast<int>(c)
                         : is_latin1                    ? -1
                                                        : detail::byte_of(c, *table);
        if (byte < 0) {
            detail::throw_not_in_page(c, at, number);
        }
        out.push_back(static_cast<char>(byte));
    });
    return out;
}

}  // namespace bridge32

#include "bridge32/internal/text/text_buffers.hpp"
#include "bridge32/wide.hpp"
