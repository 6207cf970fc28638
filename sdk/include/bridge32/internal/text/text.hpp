// Scanning of JSON strings, for the reader and the writer: runs that need no attention, and
// well-formed UTF-8.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace bridge32::detail {

/// True if the bytes from `at` on begin with this text.
template <std::size_t N>
bool begins_with(const char* at, const char* end, const char (&text)[N]) noexcept {
    return static_cast<std::size_t>(end - at) >= N - 1 && std::memcmp(at, text, N - 1) == 0;
}

/// A byte that a JSON string holds as it is: ASCII, no quote, backslash or control.
constexpr bool is_plain(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

/// The first byte from `at` on that is not plain, or `end`. A machine word at a time: in `marks`
/// the lowest set bit belongs to the first such byte (a borrow can only mark later ones).
inline const char* skip_plain(const char* at, const char* end) noexcept {
    constexpr std::size_t kOnes = static_cast<std::size_t>(-1) / 0xff;  // 0x01 in every byte
    constexpr std::size_t kHigh = kOnes * 0x80;
    if constexpr (std::endian::native == std::endian::little) {
        while (static_cast<std::size_t>(end - at) >= sizeof kOnes) {
            std::size_t word;
            std::memcpy(&word, at, sizeof word);
            const std::size_t quote = word ^ (kOnes * '"');
            const std::size_t backslash = word ^ (kOnes * '\\');
            const std::size_t marks =
                (word | (word - kOnes * 0x20) | (quote - kOnes) | (backslash - kOnes)) & kHigh;
            if (marks != 0) {
                return at + std::countr_zero(marks) / 8;
            }
            at += sizeof word;
        }
    }
    while (at != end && is_plain(*at)) {
        ++at;
    }
    return at;
}

/// The length, 2 to 4, of the well-formed UTF-8 sequence that begins at `at` with a byte over
/// 0x7f; 0 when it is malformed or cut off. As table 3-7 of the Unicode standard: no overlong
/// forms, no surrogates, nothing over U+10FFFF.
inline std::size_t utf8_sequence(const char* at, const char* end) noexcept {
    const auto byte = [at](std::ptrdiff_t i) { return static_cast<unsigned char>(at[i]); };
    const auto tail = [&](std::ptrdiff_t i) { return (byte(i) & 0xc0) == 0x80; };
    const auto left = end - at;
    const unsigned char lead = byte(0);
    if (lead < 0xc2 || lead > 0xf4 || left < 2) {
        return 0;
    }
    if (lead < 0xe0) {
        return tail(1) ? 2 : 0;
    }
    const unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (byte(1) < low || byte(1) > high) {
        return 0;
    }
    if (lead < 0xf0) {
        return left >= 3 && tail(2) ? 3 : 0;
    }
    return left >= 4 && tail(2) && tail(3) ? 4 : 0;
}

}  // namespace bridge32::detail
