// The functions of number.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <system_error>
#include <utility>

#include "bridge32/internal/codec/number.hpp"
#include "bridge32/internal/json/decimal.ipp"
#include "bridge32/internal/json/writer.hpp"
#include "bridge32/internal/support/codec_error.hpp"

namespace bridge32::detail {

/// How messages call a type: "an int32", "a uint8", "a float64".
BRIDGE32_DETAIL_CODEC std::string number_name(Dtype dtype) {
    const char kind = info(dtype).name[1];
    return (kind == 'i'   ? "an int"
            : kind == 'u' ? "a uint"
                          : "a float") +
           std::to_string(8 * info(dtype).size);
}

/// @{
/// How messages show a number.
BRIDGE32_DETAIL_CODEC std::string number_text(bool value) { return value ? "true" : "false"; }
BRIDGE32_DETAIL_CODEC std::string number_text(std::int64_t value) { return std::to_string(value); }
BRIDGE32_DETAIL_CODEC std::string number_text(std::uint64_t value) { return std::to_string(value); }
template <Real T>
std::string number_text(T value) {
    return real_text(value);
}
template <Complex T>
std::string number_text(const T& value) {
    return "the complex number (" + number_text(value.real()) + ", " + number_text(value.imag()) +
           ")";
}
/// @}

/// The least and the greatest integer of a type.
struct IntegerRange {
    std::int64_t least;
    std::uint64_t most;
};

BRIDGE32_DETAIL_CODEC IntegerRange range_of(Dtype integer) noexcept {
    const int unused = 64 - 8 * info(integer).size;
    const bool is_signed = info(integer).name[1] == 'i';
    return {is_signed ? (std::numeric_limits<std::int64_t>::min)() >> unused : 0,
            (std::numeric_limits<std::uint64_t>::max)() >> unused >> (is_signed ? 1 : 0)};
}

/// `to` is an integer's.
[[noreturn]] BRIDGE32_DETAIL_CODEC void throw_does_not_fit(Dtype to, std::string_view text) {
    const IntegerRange range = range_of(to);
    throw_does_not_fit(text, number_name(to), number_text(range.least), number_text(range.most));
}

[[noreturn]] BRIDGE32_DETAIL_CODEC void throw_not_exact(Dtype to, std::string_view text) {
    throw CodecError(std::string(text.substr(0, 60)) + " cannot be represented exactly by " +
                     number_name(to));
}

[[noreturn]] BRIDGE32_DETAIL_CODEC void throw_other_kind(std::string_view wanted,
                                                         const std::string& found) {
    throw CodecError("expected " + std::string(wanted) + ", found " + found);
}

/// Whether the digits of an integer of any length are exactly those of `value`.
BRIDGE32_DETAIL_CODEC bool is_exactly(double value, std::string_view text) noexcept {
    std::array<char, 320> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                   std::chars_format::fixed, 0)
                         .ptr;
    return std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())) == text;
}

template <Integer To, std::integral From>
To to_integer(From value) {
    if (!std::in_range<sized_integer_t<To>>(value)) {
        throw_does_not_fit(dtype_id<To>(), number_text(value));
    }
    return static_cast<To>(value);
}

template <Integer To, Real From>
To to_integer(From value) {
    if (!std::isfinite(value) || std::trunc(value) != value) {
        throw_other_kind("an integer", number_text(value));
    }
    if (value < static_cast<From>((std::numeric_limits<To>::min)()) ||
        value >= past_the_top<From, To>()) {
        throw_does_not_fit(dtype_id<To>(), number_text(value));
    }
    return static_cast<To>(value);
}

/// Looks at the bits: on i386 a 64-bit integer becomes a double in an x87 register, where it may
/// still be exact when it is compared, and not when it is stored.
template <Real To, Integer From>
To to_real(From value) {
    const auto bits = static_cast<std::uint64_t>(value);
    const std::uint64_t size = std::cmp_less(value, 0) ? 0 - bits : bits;
    if (static_cast<int>(std::bit_width(size)) - std::countr_zero(size | std::uint64_t{1} << 63) >
        std::numeric_limits<To>::digits) {
        throw_not_exact(dtype_id<To>(), number_text(value));
    }
    return static_cast<To>(value);
}

template <Real To, Real From>
To to_real(From value) {
    const To real = static_cast<To>(value);
    if (std::isinf(real) && !std::isinf(value)) {
        throw_beyond_range<To>(number_text(value));
    }
    return real;
}

/// `value` as a `To`. Throws CodecError when it does not fit, when a fraction would be lost,
/// when an integer is not exactly representable, or for another kind of value; rounding a
/// double to float is fine. `From` is bool, a 64-bit integer, a real or a complex number.
template <class To, class From>
To convert(const From& value) {
    if constexpr (std::same_as<To, From>) {
        return value;
    } else if constexpr (Boolean<To>) {
        throw_other_kind("true or false", number_text(value));
    } else if constexpr (Boolean<From>) {
        throw_other_kind(Integer<To> ? "an integer" : "a number", number_text(value));
    } else if constexpr (Complex<To>) {
        using Part = typename To::value_type;
        if constexpr (Complex<From>) {
            return {convert<Part>(value.real()), convert<Part>(value.imag())};
        } else {
            return {convert<Part>(value), Part{}};
        }
    } else if constexpr (Complex<From>) {
        throw_other_kind(Integer<To> ? "an integer" : "a number", number_text(value));
    } else if constexpr (Integer<To>) {
        return to_integer<To>(value);
    } else {
        return to_real<To>(value);
    }
}

BRIDGE32_DETAIL_CODEC std::uint64_t any_integer_from(Number number, Dtype to) {
    if (!number.integer) {
        const auto value = nearest_real<double>(number.text);
        return visit_dtype(to, [&]<class T>(std::type_identity<T>) -> std::uint64_t {
            if constexpr (Integer<T>) {
                return static_cast<std::uint64_t>(to_integer<T>(value));
            } else {
                return 0;
            }
        });
    }
    const char* const end = number.text.data() + number.text.size();
    const IntegerRange range = range_of(to);
    if (number.text.front() == '-') {
        std::int64_t value = 0;
        if (std::from_chars(number.text.data(), end, value).ec == std::errc{} &&
            value >= range.least) {
            return static_cast<std::uint64_t>(value);
        }
    } else {
        std::uint64_t value = 0;
        if (std::from_chars(number.text.data(), end, value).ec == std::errc{} &&
            value <= range.most) {
            return value;
        }
    }
    throw_does_not_fit(to, number.text);
}

template <Real T>
T checked_real(Number number) {
    const T value = nearest_real<T>(number.text);
    if (number.integer &&
        number.text.size() > static_cast<std::size_t>(std::numeric_limits<T>::digits10) &&
        !is_exactly(static_cast<double>(value), number.text)) {
        throw_not_exact(dtype_id<T>(), number.text);
    }
    return value;
}

template <Real T>
void write_special_bits(std::string& out, const T& value) {
    using Bits = RealBits<T>;
    const auto bits = std::bit_cast<typename Bits::type>(value);
    out += R"({"$float":")";
    if (bits == Bits::kNaN) {
        out += "NaN";
    } else if ((bits & Bits::kFraction) == 0) {
        out += (bits & Bits::kSign) != 0 ? "-Infinity" : "Infinity";
    } else {
        out += "nan:";
        for (int shift = 8 * static_cast<int>(sizeof bits) - 4; shift >= 0; shift -= 4) {
            out += "0123456789abcdef"[(bits >> shift) & 0xf];
        }
    }
    out += "\"}";
}

/// The bits of a NaN of type `From`, in a `To`: sign and as much of the fraction as there is.
template <Real To, Real From>
typename RealBits<To>::type nan_bits(typename RealBits<From>::type bits) noexcept {
    using In = RealBits<From>;
    using Out = RealBits<To>;
    if constexpr (std::same_as<To, From>) {
        return bits;
    } else {
        const std::uint64_t fraction = bits & In::kFraction;
        const std::uint64_t moved = In::kMantissa > Out::kMantissa
                                        ? fraction >> (In::kMantissa - Out::kMantissa)
                                        : fraction << (Out::kMantissa - In::kMantissa);
        const auto sign = (bits & In::kSign) != 0 ? Out::kSign : typename Out::type{0};
        const auto result = static_cast<typename Out::type>(sign | Out::kExponent | moved);
        return moved == 0 ? result | Out::kNaN : result;
    }
}

/// Reads what is after "nan:", the bits of a `From`.
template <Real To, Real From>
To read_nan(std::string_view digits) {
    using In = RealBits<From>;
    typename In::type bits = 0;
    const char* const end = digits.data() + digits.size();
    const auto result = std::from_chars(digits.data(), end, bits, 16);
    if (result.ec != std::errc{} || result.ptr != end || (bits & In::kExponent) != In::kExponent ||
        (bits & In::kFraction) == 0) {
        throw CodecError("\"nan:" + std::string(digits) + "\" are not the bits of a NaN");
    }
    return std::bit_cast<To>(nan_bits<To, From>(bits));
}

/// The value of a `$float`, whose text this is.
template <Real T>
T read_special(std::string_view text) {
    if (text == "NaN") {
        return std::numeric_limits<T>::quiet_NaN();
    }
    if (text == "Infinity") {
        return std::numeric_limits<T>::infinity();
    }
    if (text == "-Infinity") {
        return -std::numeric_limits<T>::infinity();
    }
    if (text.starts_with("nan:")) {
        if (text.size() == 4 + 8) {
            return read_nan<T, float>(text.substr(4));
        }
        if (text.size() == 4 + 16) {
            return read_nan<T, double>(text.substr(4));
        }
    }
    throw CodecError("unknown $float \"" + std::string(text.substr(0, 40)) + "\"");
}

BRIDGE32_DETAIL_CODEC float float_from(Number number) { return checked_real<float>(number); }

BRIDGE32_DETAIL_CODEC double double_from(Number number) { return checked_real<double>(number); }

BRIDGE32_DETAIL_CODEC void write_special(std::string& out, const float& value) {
    write_special_bits(out, value);
}

BRIDGE32_DETAIL_CODEC void write_special(std::string& out, const double& value) {
    write_special_bits(out, value);
}

}  // namespace bridge32::detail
