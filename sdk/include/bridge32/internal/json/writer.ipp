// The functions of writer.hpp.
#pragma once

#include "bridge32/internal/json/plain_text.hpp"
#include "bridge32/internal/json/writer.hpp"
#include "bridge32/internal/text/unicode.hpp"

namespace bridge32::detail {

BRIDGE32_DETAIL_CODEC void write_escape(std::string& out, char c) {
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

BRIDGE32_DETAIL_CODEC void write_string(std::string& out, std::string_view text) {
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
