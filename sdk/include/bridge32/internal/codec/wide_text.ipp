// The functions of wide_text.hpp.
#pragma once

#include "bridge32/internal/codec/wide_text.hpp"

namespace bridge32::detail {

BRIDGE32_DETAIL_CODEC void write_wide(Encoder& out, std::u16string_view text) {
    out.value(utf16_to_utf8(text));
}

BRIDGE32_DETAIL_CODEC void write_wide(Encoder& out, std::wstring_view text) {
    out.value(wide_to_utf8(text));
}

BRIDGE32_DETAIL_CODEC void read_wide(Decoder& in, std::u16string& text) {
    std::string scratch;
    text = utf8_to_wide<std::u16string>(read_string(in, scratch));
}

BRIDGE32_DETAIL_CODEC void read_wide(Decoder& in, std::wstring& text) {
    std::string scratch;
    text = utf8_to_wide<std::wstring>(read_string(in, scratch));
}

}  // namespace bridge32::detail
