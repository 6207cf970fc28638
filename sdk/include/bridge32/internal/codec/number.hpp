// Numbers from their JSON text.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <system_error>

#include "bridge32/internal/codec/convert.hpp"

namespace bridge32 {

/// A JSON number as it is written; Reader has checked the grammar.
struct Number {
    std::string_view text;  ///< within the JSON text
    bool integer = true;    ///< it has neither a fraction nor an exponent
};

namespace detail {

/// Whether a number whose magnitude std::from_chars cannot represent is too large, not too
/// small: the decimal exponent of its first digit that is not zero tells.
inline bool is_huge(std::string_view text) noexcept {
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

/// The nearest `T`; what is too small becomes zero. Throws CodecError when it is too large.
template <Real T>
T nearest_real(std::string_view text) {
    T value{};
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec == std::errc::result_out_of_range) {
        if (is_huge(text)) {
            throw_does_not_fit<T>(text);
        }
        return text.front() == '-' ? -T{} : T{};
    }
    return value;
}

/// Whether the digits of an integer of any length are exactly those of `value`.
inline bool is_exactly(double value, std::string_view text) noexcept {
    std::array<char, 320> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                   std::chars_format::fixed, 0)
                         .ptr;
    return std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())) == text;
}

/// Any number of so few digits fits.
template <Integer T>
inline constexpr std::size_t kMostSafeDigits = std::numeric_limits<sized_integer_t<T>>::digits10;

/// `number` as a `T`; a real number with an integral value, "2.0", is one too.
template <Integer T>
T integer_from(Number number) {
    if (!number.integer) {
        return convert<T>(nearest_real<double>(number.text));
    }
    sized_integer_t<T> value{};
    if (number.text.size() <= kMostSafeDigits<T> && number.text.front() != '-') {
        for (const char digit : number.text) {
            value = static_cast<sized_integer_t<T>>(value * 10 + (digit - '0'));
        }
        return static_cast<T>(value);
    }
    const char* const end = number.text.data() + number.text.size();
    const auto result = std::from_chars(number.text.data(), end, value);
    if (result.ec != std::errc{}) {
        if (number.text == "-0") {
            return T{};
        }
        throw_does_not_fit<T>(number.text);
    }
    return static_cast<T>(value);
}

/// `number` as a `T`. An integer must be exactly representable.
template <Real T>
T real_from(Number number) {
    const T value = nearest_real<T>(number.text);
    if (number.integer &&
        number.text.size() > static_cast<std::size_t>(std::numeric_limits<T>::digits10) &&
        !is_exactly(static_cast<double>(value), number.text)) {
        throw_not_exact<T>(number.text);
    }
    return value;
}

}  // namespace detail
}  // namespace bridge32
