// The floats that JSON lacks: NaN and the infinities, bit for bit. Only a signalling NaN that a
// 32-bit function returns becomes a quiet one: i386 returns floats in an x87 register.
#pragma once

#include <bit>
#include <charconv>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

#include "bridge32/internal/codec/convert.hpp"
#include "bridge32/internal/codec/error.hpp"

namespace bridge32::detail {

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

/// NaN or infinite. Looks at the bits: loading a signalling NaN into an x87 register alters it.
template <Real T>
bool is_special(const T& value) noexcept {
    using Bits = RealBits<T>;
    return (std::bit_cast<typename Bits::type>(value) & Bits::kExponent) == Bits::kExponent;
}

/// `{"$float":…}` of a value that is special.
template <Real T>
void write_special(std::string& out, const T& value) {
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

}  // namespace bridge32::detail
