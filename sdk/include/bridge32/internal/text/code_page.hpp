// Conversion of text by the operating system: one header a platform.
//
// Each defines, for a Windows code page number that has no table of our own:
//
//     std::uint32_t system_code_page();   // what "ANSI" is here
//     std::string system_to_utf8(std::string_view bytes, std::uint32_t page);
//     std::string system_from_utf8(std::string_view text, std::uint32_t page);
//
// which throw CodecError as to_utf8 and from_utf8 do (<bridge32/text.hpp>).
#pragma once

#if defined(_WIN32)
#include "bridge32/internal/text/windows/code_page.hpp"
#else
#include "bridge32/internal/text/linux/code_page.hpp"
#endif
