// Conversion of text by Windows. Included by code_page.ipp.
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

namespace bridge32::detail {

BRIDGE32_DETAIL_CODEC std::uint32_t system_code_page() noexcept { return ::GetACP(); }

BRIDGE32_DETAIL_CODEC void require_code_page(std::uint32_t page, std::size_t size) {
    if (::IsValidCodePage(page) == 0) {
        throw CodecError("this system cannot convert code page " + std::to_string(page) +
                         ": the page is unknown or not installed");
    }
    if (size > static_cast<std::size_t>((std::numeric_limits<int>::max)())) {
        throw CodecError("a string of more than 2 GB cannot be converted");
    }
}

/// Pages for which Windows takes no flags and finds no errors:
/// https://learn.microsoft.com/windows/win32/api/stringapiset/nf-stringapiset-widechartomultibyte
constexpr bool takes_no_flags(std::uint32_t page) noexcept {
    return page == 42 || (page >= 50220 && page <= 50229) || page == 54936 ||
           (page >= 57002 && page <= 57011) || page == 65000;
}

/// Empty when there is something in `bytes` that is no character, as far as the page can tell.
BRIDGE32_DETAIL_CODEC std::u16string widen(std::string_view bytes, std::uint32_t page) {
    const DWORD flags = takes_no_flags(page) ? 0 : MB_ERR_INVALID_CHARS;
    const int size = static_cast<int>(bytes.size());
    const int count = ::MultiByteToWideChar(page, flags, bytes.data(), size, nullptr, 0);
    std::u16string wide(static_cast<std::size_t>(count), u'\0');
    ::MultiByteToWideChar(page, flags, bytes.data(), size, reinterpret_cast<wchar_t*>(wide.data()),
                          count);
    return wide;
}

/// Where the first byte is that begins no character. No page has characters of more bytes.
BRIDGE32_DETAIL_CODEC std::size_t first_misfit(std::string_view bytes, std::uint32_t page) {
    constexpr std::size_t kLongest = 4;
    for (std::size_t at = 0; at < bytes.size();) {
        std::size_t size = 1;
        while (size <= kLongest && widen(bytes.substr(at, size), page).empty()) {
            ++size;
        }
        if (size > kLongest) {
            return at;
        }
        at += size;
    }
    return 0;
}

BRIDGE32_DETAIL_CODEC std::string system_to_utf8(std::string_view bytes, std::uint32_t page) {
    require_code_page(page, bytes.size());
    if (bytes.empty()) {
        return {};
    }
    const std::u16string wide = widen(bytes, page);
    if (wide.empty()) {
        const std::size_t at = first_misfit(bytes, page);
        throw_no_character(bytes[at], at, page);
    }
    return utf16_to_utf8(wide);
}

BRIDGE32_DETAIL_CODEC std::string system_from_utf8(std::string_view text, std::uint32_t page) {
    require_code_page(page, text.size());
    const bool blind = takes_no_flags(page);
    std::string out;
    // Character by character, so that the one which the page lacks is known.
    for_each_utf8(text, [&](char32_t c, std::size_t at) {
        std::u16string wide;
        append_utf16(wide, c);
        std::array<char, 32> bytes{};
        BOOL lacks = FALSE;
        const int count = ::WideCharToMultiByte(
            page, blind ? 0 : WC_NO_BEST_FIT_CHARS, reinterpret_cast<const wchar_t*>(wide.data()),
            static_cast<int>(wide.size()), bytes.data(), static_cast<int>(bytes.size()), nullptr,
            blind ? nullptr : &lacks);
        const std::string_view written(bytes.data(), static_cast<std::size_t>(count));
        if (count == 0 || lacks != FALSE || (blind && widen(written, page) != wide)) {
            throw_not_in_page(c, at, page);
        }
        out.append(written);
    });
    return out;
}

}  // namespace bridge32::detail
