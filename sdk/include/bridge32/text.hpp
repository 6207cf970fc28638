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

#include "bridge32/internal/text/code_page.hpp"
#include "bridge32/internal/text/text_buffers.hpp"
#include "bridge32/wide.hpp"

#if defined(BRIDGE32_DETAIL_CODEC_HERE)
#include "bridge32/internal/text/code_page.ipp"
#endif
