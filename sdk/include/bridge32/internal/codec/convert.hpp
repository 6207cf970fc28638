// Conversion of one number type into another that never alters the value silently.
#pragma once

#include <cmath>
#include <complex>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "bridge32/internal/codec/dtype.hpp"
#include "bridge32/internal/codec/error.hpp"
#include "bridge32/internal/json/writer.hpp"

namespace bridge32::detail {

/// How messages call `T`: "an int32", "a uint8", "a float64".
template <class T>
std::string number_name() {
    const std::string bits = std::to_string(8 * sizeof(T));
    if constexpr (Integer<T>) {
        return (std::is_signed_v<T> ? "an int" : "a uint") + bits;
    } else {
        return "a float" + bits;
    }
}

/// How messages show a number.
template <class T>
std::string number_text(const T& value) {
    std::string text;
    if constexpr (Boolean<T>) {
        text = value ? "true" : "false";
    } else if constexpr (Integer<T>) {
        write_integer(text, static_cast<sized_integer_t<T>>(value));
    } else if constexpr (Complex<T>) {
        text = "the complex number (" + number_text(value.real()) + ", " +
               number_text(value.imag()) + ")";
    } else if (std::isnan(value)) {
        text = "NaN";
    } else if (std::isinf(value)) {
        text = value < 0 ? "-Infinity" : "Infinity";
    } else {
        write_real(text, value);
    }
    return text;
}

template <class T>
[[noreturn]] void throw_does_not_fit(std::string_view text) {
    using Limits = std::numeric_limits<T>;
    throw CodecError(std::string(text.substr(0, 60)) + " does not fit " + number_name<T>() + " (" +
                     number_text(Limits::lowest()) + " to " + number_text((Limits::max)()) + ")");
}

template <class T>
[[noreturn]] void throw_not_exact(std::string_view text) {
    throw CodecError(std::string(text.substr(0, 60)) + " cannot be represented exactly by " +
                     number_name<T>());
}

/// The first power of two that is too large for the integer `From`, as a `To`.
template <Real To, Integer From>
constexpr To past_the_top() noexcept {
    return To{2} * static_cast<To>(From{1} << (std::numeric_limits<From>::digits - 1));
}

template <Integer To, Integer From>
To to_integer(From value) {
    using Out = sized_integer_t<To>;
    const auto number = static_cast<sized_integer_t<From>>(value);
    if (!std::in_range<Out>(number)) {
        throw_does_not_fit<To>(number_text(number));
    }
    return static_cast<To>(number);
}

template <Integer To, Real From>
To to_integer(From value) {
    if (!std::isfinite(value) || std::trunc(value) != value) {
        throw CodecError("expected an integer, found " + number_text(value));
    }
    if (value < static_cast<From>((std::numeric_limits<To>::min)()) ||
        value >= past_the_top<From, To>()) {
        throw_does_not_fit<To>(number_text(value));
    }
    return static_cast<To>(value);
}

template <Real To, Integer From>
To to_real(From value) {
    const To real = static_cast<To>(value);
    if (real >= past_the_top<To, From>() || static_cast<From>(real) != value) {
        throw_not_exact<To>(number_text(value));
    }
    return real;
}

template <Real To, Real From>
To to_real(From value) {
    const To real = static_cast<To>(value);
    if (std::isinf(real) && !std::isinf(value)) {
        throw_does_not_fit<To>(number_text(value));
    }
    return real;
}

/// `value` as a `To`. Throws CodecError when it does not fit, when a fraction would be lost,
/// when an integer is not exactly representable, or for another kind of value; rounding a
/// double to float is fine.
template <class To, class From>
To convert(const From& value) {
    if constexpr (std::same_as<To, From>) {
        return value;
    } else if constexpr (Boolean<To>) {
        throw CodecError("expected true or false, found " + number_text(value));
    } else if constexpr (Boolean<From>) {
        throw CodecError(
            (Integer<To> ? "expected an integer, found " : "expected a number, found ") +
            number_text(value));
    } else if constexpr (Complex<To>) {
        using Part = typename To::value_type;
        if constexpr (Complex<From>) {
            return {convert<Part>(value.real()), convert<Part>(value.imag())};
        } else {
            return {convert<Part>(value), Part{}};
        }
    } else if constexpr (Complex<From>) {
        throw CodecError(
            (Integer<To> ? "expected an integer, found " : "expected a number, found ") +
            number_text(value));
    } else if constexpr (Integer<To>) {
        return to_integer<To>(value);
    } else {
        return to_real<To>(value);
    }
}

}  // namespace bridge32::detail
