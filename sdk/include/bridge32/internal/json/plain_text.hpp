// Scanning JSON text: constant beginnings, and runs of a string that need no attention.
#pragma once

#include <bit>
#include <cstddef>
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

}  // namespace bridge32::detail
