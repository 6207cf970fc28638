// How Reader reads strings. Included by reader.hpp.
#pragma once

#include "bridge32/internal/json/reader.hpp"

namespace bridge32 {

// Reads the string that begins here. Without a `scratch` it is only checked.
inline std::string_view Reader::raw_string(std::string* scratch) {
    const char* run = ++at_;  // what is not copied yet
    bool copied = false;
    for (;;) {
        at_ = detail::skip_plain(at_, end_);
        if (!more()) {
            malformed("the string has no end");
        }
        if (*at_ == '"') {
            break;
        }
        if (*at_ == '\\') {
            std::string unused;
            std::string& out = scratch != nullptr ? *scratch : unused;
            if (scratch != nullptr) {
                copied ? void() : out.clear();
                out.append(run, at_);
            }
            copied = true;
            ++at_;
            unescape(out);
            run = at_;
        } else if (const std::size_t length = static_cast<unsigned char>(*at_) < 0x80
                                                  ? 0
                                                  : detail::utf8_sequence(at_, end_)) {
            at_ += length;
        } else {
            malformed(static_cast<unsigned char>(*at_) < 0x20 ? "a control character in a string"
                                                              : "not valid UTF-8");
        }
    }
    const std::string_view last(run, static_cast<std::size_t>(at_++ - run));
    if (!copied || scratch == nullptr) {
        return last;
    }
    return scratch->append(last);
}

inline std::uint32_t Reader::hex4() {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
        const char c = more() ? *at_ : '\0';
        const int digit = c >= '0' && c <= '9'   ? c - '0'
                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                 : -1;
        if (digit < 0) {
            malformed("expected four hexadecimal digits");
        }
        value = value * 16 + static_cast<std::uint32_t>(digit);
    }
    return value;
}

// Appends what the escape stands for, whose backslash has been read.
inline void Reader::unescape(std::string& out) {
    const char c = more() ? *at_++ : '\0';
    switch (c) {
        case '"':
        case '\\':
        case '/':
            out += c;
            return;
        case 'b':
            out += '\b';
            return;
        case 'f':
            out += '\f';
            return;
        case 'n':
            out += '\n';
            return;
        case 'r':
            out += '\r';
            return;
        case 't':
            out += '\t';
            return;
        case 'u':
            break;
        default:
            malformed("an unknown escape in a string");
    }
    std::uint32_t code = hex4();
    if (code >= 0xd800 && code < 0xe000) {
        const bool pair = code < 0xdc00 && end_ - at_ >= 2 && at_[0] == '\\' && at_[1] == 'u';
        at_ += pair ? 2 : 0;
        const std::uint32_t low = pair ? hex4() : 0;
        if (low < 0xdc00 || low >= 0xe000) {
            malformed("half of a surrogate pair");
        }
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    const auto tail = [code](int shift) {
        return static_cast<char>(0x80 | ((code >> shift) & 0x3f));
    };
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += {static_cast<char>(0xc0 | (code >> 6)), tail(0)};
    } else if (code < 0x10000) {
        out += {static_cast<char>(0xe0 | (code >> 12)), tail(6), tail(0)};
    } else {
        out += {static_cast<char>(0xf0 | (code >> 18)), tail(12), tail(6), tail(0)};
    }
}

}  // namespace bridge32
