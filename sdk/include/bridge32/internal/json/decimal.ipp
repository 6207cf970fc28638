// The functions of decimal.hpp.
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <system_error>

#include "bridge32/internal/json/decimal.hpp"
#include "bridge32/internal/support/codec_error.hpp"

namespace bridge32::detail {

template <std::floating_point T>
void append_real(std::string& out, T value) {
    char digits[40];
    auto end = std::to_chars(digits, digits + sizeof digits - 2, value).ptr;
    if (std::string_view(digits, static_cast<std::size_t>(end - digits)).find_first_of(".e") ==
        std::string_view::npos) {
        *end++ = '.';
        *end++ = '0';
    }
    out.append(digits, static_cast<std::size_t>(end - digits));
}

BRIDGE32_DETAIL_CODEC void write_real(std::string& out, float value) { append_real(out, value); }
BRIDGE32_DETAIL_CODEC void write_real(std::string& out, double value) { append_real(out, value); }

/// How messages show a real number.
template <std::floating_point T>
std::string real_text(T value) {
    if (std::isnan(value)) {
        return "NaN";
    }
    if (std::isinf(value)) {
        return value < 0 ? "-Infinity" : "Infinity";
    }
    std::string text;
    write_real(text, value);
    return text;
}
[[noreturn]] BRIDGE32_DETAIL_CODEC void throw_does_not_fit(std::string_view text,
                                                           const std::string& type,
                                                           const std::string& least,
                                                           const std::string& most) {
    throw CodecError(std::string(text.substr(0, 60)) + " does not fit " + type + " (" + least +
                     " to " + most + ")");
}

template <std::floating_point T>
[[noreturn]] void throw_beyond_range(std::string_view text) {
    throw_does_not_fit(text, "a float" + std::to_string(8 * sizeof(T)),
                       real_text(std::numeric_limits<T>::lowest()),
                       real_text((std::numeric_limits<T>::max)()));
}

/// Whether a number whose magnitude std::from_chars cannot represent is too large, not too
/// small: the decimal exponent of its first digit that is not zero tells.
BRIDGE32_DETAIL_CODEC bool is_huge(std::string_view text) noexcept {
    constexpr long kCap = 100'000'000;
    const std::size_t e = (std::min)(text.find_first_of("eE"), text.size());
    const std::string_view mantissa = text.substr(0, e);
    const std::size_t point = (std::min)(mantissa.find('.'), mantissa.size());
    const std::size_t first = mantissa.find_first_of("123456789");
    if (first == std::string_view::npos) {
        return false;
    }
    long exponent = 0;
    for (const char c : text.substr(e)) {
        if (c >= '0' && c <= '9') {
            exponent = (std::min)(kCap, exponent * 10 + (c - '0'));
        }
    }
    if (text.substr(e).find('-') != std::string_view::npos) {
        exponent = -exponent;
    }
    return static_cast<long>(point) - static_cast<long>(first) + exponent > 0;
}

template <std::floating_point T>
T nearest_real(std::string_view text) {
    T value{};
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec == std::errc::result_out_of_range) {
        if (is_huge(text)) {
            throw_beyond_range<T>(text);
        }
        return text.front() == '-' ? -T{} : T{};
    }
    return value;
}

BRIDGE32_DETAIL_CODEC double nearest_double(std::string_view text) {
    return nearest_real<double>(text);
}

}  // namespace bridge32::detail
