// The functions of reader.hpp.
#pragma once

#include "bridge32/internal/json/decimal.hpp"
#include "bridge32/internal/json/plain_text.hpp"
#include "bridge32/internal/json/reader.hpp"
#include "bridge32/internal/text/unicode.hpp"

namespace bridge32 {

BRIDGE32_DETAIL_CODEC void Reader::malformed(std::string_view what) const {
    throw CodecError("malformed JSON at byte " + std::to_string(at_ - begin_) + ": " +
                     std::string(what));
}

BRIDGE32_DETAIL_CODEC Kind Reader::peek() {
    skip_whitespace();
    if (!more()) {
        return Kind::end;
    }
    switch (*at_) {
        case '"':
            return Kind::string;
        case '[':
            return Kind::array;
        case '{':
            return Kind::object;
        case 'n':
            return Kind::null;
        case 't':
        case 'f':
            return Kind::boolean;
        default:
            if (*at_ == '-' || (*at_ >= '0' && *at_ <= '9')) {
                return Kind::number;
            }
            malformed("expected a value");
    }
}

BRIDGE32_DETAIL_CODEC CodecError Reader::expected(std::string_view what) const {
    constexpr std::size_t kShown = 40;
    Reader ahead = *this;
    std::string found;
    switch (ahead.peek()) {
        case Kind::end:
            found = "the end of the text";
            break;
        case Kind::array:
            found = "an array";
            break;
        case Kind::object:
            found = "an object";
            break;
        case Kind::string:
            found = "the string ";
            [[fallthrough]];
        default: {
            std::string_view text = ahead.skip_value();
            if (text.size() <= kShown) {
                found += text;
                break;
            }
            text = text.substr(0, kShown);
            while ((static_cast<unsigned char>(text.back()) & 0xc0) == 0x80) {
                text.remove_suffix(1);  // not half of a character
            }
            if (static_cast<unsigned char>(text.back()) >= 0xc0) {
                text.remove_suffix(1);
            }
            found.append(text).append("…");
        }
    }
    return CodecError("expected " + std::string(what) + ", found " + found);
}

BRIDGE32_DETAIL_CODEC void Reader::read_word(Kind kind, std::string_view word,
                                             std::string_view expectation) {
    if (peek() != kind) {
        throw expected(expectation);
    }
    if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(word)) {
        malformed("expected true, false or null");
    }
    at_ += word.size();
}

BRIDGE32_DETAIL_CODEC bool Reader::read_bool() {
    const bool value = peek() == Kind::boolean && *at_ == 't';
    read_word(Kind::boolean, value ? "true" : "false", "true or false");
    return value;
}

BRIDGE32_DETAIL_CODEC void Reader::skip_digits() {
    const char* const first = at_;
    while (more() && *at_ >= '0' && *at_ <= '9') {
        ++at_;
    }
    if (at_ == first) {
        malformed("expected a digit");
    }
}

BRIDGE32_DETAIL_CODEC Number Reader::read_number() {
    if (!at_number()) {
        peek();  // whatever it is
        throw expected("a number");
    }
    const char* const first = at_;
    const char* at = first + (*first == '-' ? 1 : 0);
    const char* const digits = at;
    while (at != end_ && *at >= '0' && *at <= '9') {
        ++at;
    }
    const bool short_integer = at != digits && at - digits < 20 &&
                               (*digits != '0' || at - digits == 1) &&
                               (at == end_ || (*at != '.' && *at != 'e' && *at != 'E'));
    if (!short_integer) {
        return read_any_number();
    }
    at_ = at;
    return {{first, static_cast<std::size_t>(at - first)}, true};
}

// A number that begins here.
BRIDGE32_DETAIL_CODEC Number Reader::read_any_number() {
    const char* const first = at_;
    bool integer = true;
    bool exponent = false;
    at_ += *at_ == '-' ? 1 : 0;
    if (more() && *at_ == '0') {
        ++at_;
    } else {
        skip_digits();
    }
    if (more() && *at_ == '.') {
        integer = false;
        ++at_;
        skip_digits();
    }
    if (more() && (*at_ == 'e' || *at_ == 'E')) {
        integer = false;
        exponent = true;
        ++at_;
        at_ += more() && (*at_ == '+' || *at_ == '-') ? 1 : 0;
        skip_digits();
    }
    const Number number{{first, static_cast<std::size_t>(at_ - first)}, integer};
    if (exponent || number.text.size() > 300) {
        detail::nearest_double(number.text);  // refuses what is beyond double's range
    }
    return number;
}

BRIDGE32_DETAIL_CODEC std::string_view Reader::read_string(std::string& scratch) {
    if (peek() != Kind::string) {
        throw expected("a string");
    }
    return raw_string(&scratch);
}

BRIDGE32_DETAIL_CODEC void Reader::enter(Kind kind, std::string_view expectation) {
    if (peek() != kind) {
        throw expected(expectation);
    }
    if (--depth_left_ < 0) {
        malformed("arrays and objects are nested too deep");
    }
    ++at_;
    first_ = true;
}

BRIDGE32_DETAIL_CODEC bool Reader::next(char close) {
    skip_whitespace();
    if (more() && *at_ == close) {
        ++at_;
        ++depth_left_;
        first_ = false;
        return false;
    }
    if (!first_) {
        if (!more() || *at_ != ',') {
            malformed(close == ']' ? "expected ',' or ']'" : "expected ',' or '}'");
        }
        ++at_;
    }
    first_ = false;
    return true;
}

BRIDGE32_DETAIL_CODEC std::optional<std::string_view> Reader::next_key(std::string& scratch) {
    if (!next('}')) {
        return std::nullopt;
    }
    if (peek() != Kind::string) {
        malformed("expected a member's name");
    }
    const std::string_view key = raw_string(&scratch);
    skip_whitespace();
    if (!more() || *at_ != ':') {
        malformed("expected ':'");
    }
    ++at_;
    return key;
}

BRIDGE32_DETAIL_CODEC std::string_view Reader::skip_value() {
    const Kind kind = peek();
    const char* const first = at_;
    switch (kind) {
        case Kind::end:
            malformed("unexpected end of text: expected a value");
        case Kind::null:
            read_null();
            break;
        case Kind::boolean:
            read_bool();
            break;
        case Kind::number:
            read_number();
            break;
        case Kind::string:
            raw_string(nullptr);
            break;
        case Kind::array:
            enter_array();
            while (next_element()) {
                skip_value();  // the depth is bounded
            }
            break;
        case Kind::object: {
            std::string scratch;
            enter_object();
            while (next_key(scratch)) {
                skip_value();
            }
        }
    }
    return {first, static_cast<std::size_t>(at_ - first)};
}

BRIDGE32_DETAIL_CODEC void Reader::finish() {
    skip_whitespace();
    if (more()) {
        malformed("unexpected text after the value");
    }
}

// Reads the string that begins here. Without a `scratch` it is only checked.
BRIDGE32_DETAIL_CODEC std::string_view Reader::raw_string(std::string* scratch) {
    const char* run = ++at_;  // what is not copied yet
    bool copied = false;
    for (;;) {
        at_ = detail::skip_plain(at_, end_);
        if (!more()) {
            malformed("unterminated string");
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
            malformed(static_cast<unsigned char>(*at_) < 0x20 ? "control character in a string"
                                                              : "not valid UTF-8");
        }
    }
    const std::string_view last(run, static_cast<std::size_t>(at_++ - run));
    if (!copied || scratch == nullptr) {
        return last;
    }
    return scratch->append(last);
}

BRIDGE32_DETAIL_CODEC std::uint32_t Reader::hex4() {
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
BRIDGE32_DETAIL_CODEC void Reader::unescape(std::string& out) {
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
            malformed("unknown escape in a string");
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
