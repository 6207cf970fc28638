// Numbers: their JSON text, and one number type from another, never altering a value silently.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

#include "bridge32/internal/codec/dtype.hpp"
#include "bridge32/internal/json/reader.hpp"
#include "bridge32/internal/support/compiler.hpp"

namespace bridge32 {

namespace detail {

/// The first power of two that is too large for the integer `From`, as a `To`.
template <Real To, Integer From>
constexpr To past_the_top() noexcept {
    return To{2} * static_cast<To>(From{1} << (std::numeric_limits<From>::digits - 1));
}

/// Any number of so few digits fits.
template <Integer T>
inline constexpr std::size_t kMostSafeDigits = std::numeric_limits<sized_integer_t<T>>::digits10;

/// The bits of `number` as an integer of type `to`. Throws CodecError when it does not fit.
BRIDGE32_DETAIL_CODEC_API std::uint64_t any_integer_from(Number number, Dtype to);

/// `number` as a `T`; a real number with an integral value, "2.0", is one too.
template <Integer T>
T integer_from(Number number) {
    if (number.integer && number.text.size() <= kMostSafeDigits<T> && number.text.front() != '-') {
        sized_integer_t<T> value{};
        for (const char digit : number.text) {
            value = static_cast<sized_integer_t<T>>(value * 10 + (digit - '0'));
        }
        return static_cast<T>(value);
    }
    return static_cast<T>(any_integer_from(number, dtype_id<T>()));
}

/// @{
/// `number` as a float or double. An integer must be exactly representable.
BRIDGE32_DETAIL_CODEC_API float float_from(Number number);
BRIDGE32_DETAIL_CODEC_API double double_from(Number number);
template <Real T>
T real_from(Number number) {
    if constexpr (std::same_as<T, float>) {
        return float_from(number);
    } else {
        return double_from(number);
    }
}
/// @}

template <Real T>
struct RealBits {
    using type = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
    static constexpr int kMantissa = std::numeric_limits<T>::digits - 1;
    static constexpr type kSign = type{1} << (8 * sizeof(T) - 1);
    static constexpr type kExponent =
        std::bit_cast<type>(std::numeric_limits<T>::infinity());  // all ones
    static constexpr type kFraction = (type{1} << kMantissa) - 1;
    static constexpr type kNaN = kExponent | (type{1} << (kMantissa - 1));  // the canonical one
};

/// NaN or infinite: the floats that JSON lacks, which are kept bit for bit. Only a signalling NaN
/// that a 32-bit function returns becomes a quiet one: i386 returns floats in an x87 register,
/// and loading one there alters it, which is why this looks at the bits.
template <Real T>
bool is_special(const T& value) noexcept {
    using Bits = RealBits<T>;
    return (std::bit_cast<typename Bits::type>(value) & Bits::kExponent) == Bits::kExponent;
}

/// @{
/// `{"$float":…}` of a value that is special.
BRIDGE32_DETAIL_CODEC_API void write_special(std::string& out, const float& value);
BRIDGE32_DETAIL_CODEC_API void write_special(std::string& out, const double& value);
/// @}

}  // namespace detail
}  // namespace bridge32
