// Conversion of text by Windows. Included by detail/code_page.hpp.
#pragma once

#ifndef NOMINMAX
#define NOMINMAX
#endif
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "bridge32/codec/error.hpp"
#include "bridge32/detail/code_page_errors.hpp"

namespace bridge32::detail {

inline std::uint32_t system_code_page() noexcept { return ::GetACP(); }

inline void require_code_page(std::uint32_t page, std::size_t size) {
    if (::IsValidCodePage(page) == 0) {
        throw CodecError("this system cannot convert code page " + std::to_string(page) +
                         ": it is not installed, or there is no such page");
    }
    if (size > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
        throw CodecError("a text of more than 2 GB cannot be converted");
    }
}

/// Some pages (50220 and others) take no flags, and find no errors.
inline std::u16string widen(std::string_view bytes, std::uint32_t page, DWORD flags) {
    const int size = static_cast<int>(bytes.size());
    const int count = ::MultiByteToWideChar(page, flags, bytes.data(), size, nullptr, 0);
    if (count == 0 && ::GetLastError() == ERROR_INVALID_FLAGS) {
        return widen(bytes, page, 0);
    }
    std::u16string wide(static_cast<std::size_t>(count), u'\0');
    ::MultiByteToWideChar(page, flags, bytes.data(), size, reinterpret_cast<wchar_t*>(wide.data()),
                          count);
    return wide;
}

inline std::string system_to_utf8(std::string_view bytes, std::uint32_t page) {
    require_code_page(page, bytes.size());
    if (bytes.empty()) {
        return {};
    }
    const std::u16string wide = widen(bytes, page, MB_ERR_INVALID_CHARS);
    if (!wide.empty()) {
        return utf16_to_utf8(wide);
    }
    // Where the longest convertible beginning ends; what is cut through a character is not.
    std::size_t good = bytes.size() - 1;
    while (good > 0 && widen(bytes.substr(0, good), page, MB_ERR_INVALID_CHARS).empty()) {
        --good;
    }
    throw_no_character(bytes[good], good, page);
}

inline std::string system_from_utf8(std::string_view text, std::uint32_t page) {
    require_code_page(page, text.size());
    std::string out;
    // Character by character, so that the one which the page lacks is known.
    for_each_utf8(text, [&](char32_t c, std::size_t at) {
        std::u16string wide;
        append_utf16(wide, c);
        std::array<char, 16> bytes{};
        BOOL lacks = FALSE;
        const auto* const from = reinterpret_cast<const wchar_t*>(wide.data());
        const int size = static_cast<int>(wide.size());
        // GB18030 has everything, and takes neither the flag nor the question.
        const bool asks = page != 54936;
        const int count =
            ::WideCharToMultiByte(page, asks ? WC_NO_BEST_FIT_CHARS : 0, from, size, bytes.data(),
                                  static_cast<int>(bytes.size()), nullptr, asks ? &lacks : nullptr);
        if (count == 0 || lacks != FALSE) {
            throw_not_in_page(c, at, page);
        }
        out.append(bytes.data(), static_cast<std::size_t>(count));
    });
    return out;
}

}  // namespace bridge32::detail
