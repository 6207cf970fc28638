// Text in Windows code pages.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bridge32/internal/support/compiler.hpp"

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

/// Converts `bytes` in `page` to UTF-8. Zero bytes are ordinary characters: see text_in. Throws
/// CodecError with the byte that is not a character, or with the page if it is not available.
BRIDGE32_DETAIL_CODEC_API std::string to_utf8(std::string_view bytes, CodePage page);

/// Converts UTF-8 `text` to `page`. Characters that cannot be represented throw CodecError; none is
/// replaced.
BRIDGE32_DETAIL_CODEC_API std::string from_utf8(std::string_view text, CodePage page);

namespace detail {

/// @{
/// Conversion by the operating system, for a code page without a table here (linux/, windows/).
/// They throw as to_utf8 and from_utf8 do.
BRIDGE32_DETAIL_CODEC_API std::uint32_t system_code_page() noexcept;  ///< what "ANSI" is here
std::string system_to_utf8(std::string_view bytes, std::uint32_t page);
std::string system_from_utf8(std::string_view text, std::uint32_t page);
/// @}

}  // namespace detail
}  // namespace bridge32
