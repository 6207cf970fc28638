// The element types of attachments, by NumPy's dtype strings.
#pragma once

#include <array>
#include <complex>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "bridge32/internal/support/compiler.hpp"

namespace bridge32::detail {

/// The fixed-width integer of the same size and signedness as `T`: what `long` and `char`
/// are on this side.
template <std::integral T>
struct SizedInteger {
    using Signed = std::conditional_t<
        sizeof(T) == 1, std::int8_t,
        std::conditional_t<sizeof(T) == 2, std::int16_t,
                           std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>>>;
    using type = std::conditional_t<std::is_signed_v<T>, Signed, std::make_unsigned_t<Signed>>;
};
template <class T>
using sized_integer_t = typename SizedInteger<T>::type;

template <class T>
concept Boolean = std::same_as<T, bool>;
template <class T>
concept Integer = std::integral<T> && !Boolean<T>;
template <class T>
concept Real = std::same_as<T, float> || std::same_as<T, double>;
template <class T>
concept Complex = std::same_as<T, std::complex<float>> || std::same_as<T, std::complex<double>>;
/// What an attachment can hold an array of.
template <class T>
concept Element = Integer<T> || Real<T> || Complex<T>;
/// BRIDGE32_STRUCT describes it.
template <class T>
concept Struct = std::is_class_v<T> && requires(const T* type) {
    bridge32_struct(type);
};
/// What an NdArray can hold.
template <class T>
concept ArrayElement = Element<T> || Boolean<T> || Struct<T>;

/// `structure` has no name of its own: it is a StructLayout.
enum class Dtype : std::uint8_t { b1, i1, u1, i2, u2, i4, u4, i8, u8, f4, f8, c8, c16, structure };

struct DtypeInfo {
    std::string_view name;
    std::uint8_t size;  // of one element, in bytes
};
inline constexpr std::array<DtypeInfo, 13> kDtypes{{{"|b1", 1},
                                                    {"|i1", 1},
                                                    {"|u1", 1},
                                                    {"<i2", 2},
                                                    {"<u2", 2},
                                                    {"<i4", 4},
                                                    {"<u4", 4},
                                                    {"<i8", 8},
                                                    {"<u8", 8},
                                                    {"<f4", 4},
                                                    {"<f8", 8},
                                                    {"<c8", 8},
                                                    {"<c16", 16}}};

/// Of one that is not `structure`.
constexpr const DtypeInfo& info(Dtype dtype) noexcept {
    return kDtypes[static_cast<std::size_t>(dtype)];
}

template <class T>
requires Element<T> || Boolean<T>
constexpr Dtype dtype_id() noexcept {
    if constexpr (Boolean<T>) {
        return Dtype::b1;
    } else if constexpr (Integer<T>) {
        constexpr int kWidth = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 2 : sizeof(T) == 4 ? 4 : 6;
        return static_cast<Dtype>(static_cast<int>(Dtype::i1) + kWidth +
                                  (std::is_signed_v<T> ? 0 : 1));
    } else if constexpr (Real<T>) {
        return sizeof(T) == 4 ? Dtype::f4 : Dtype::f8;
    } else {
        return sizeof(T) == 8 ? Dtype::c8 : Dtype::c16;
    }
}

/// The dtype string of `T`, "<f8" for double.
template <class T>
constexpr std::string_view dtype_of() noexcept {
    return info(dtype_id<T>()).name;
}

/// The dtype that is called `name`. Throws CodecError when there is none.
BRIDGE32_DETAIL_CODEC_API Dtype find_dtype(std::string_view name);

[[noreturn]] BRIDGE32_DETAIL_CODEC_API void throw_structs();

/// Calls `visit` with std::type_identity of the C++ type of `dtype`. Throws CodecError for a
/// structure.
template <class Visit>
decltype(auto) visit_dtype(Dtype dtype, Visit&& visit) {
    switch (dtype) {
        case Dtype::b1:
            return visit(std::type_identity<bool>{});
        case Dtype::i1:
            return visit(std::type_identity<std::int8_t>{});
        case Dtype::u1:
            return visit(std::type_identity<std::uint8_t>{});
        case Dtype::i2:
            return visit(std::type_identity<std::int16_t>{});
        case Dtype::u2:
            return visit(std::type_identity<std::uint16_t>{});
        case Dtype::i4:
            return visit(std::type_identity<std::int32_t>{});
        case Dtype::u4:
            return visit(std::type_identity<std::uint32_t>{});
        case Dtype::i8:
            return visit(std::type_identity<std::int64_t>{});
        case Dtype::u8:
            return visit(std::type_identity<std::uint64_t>{});
        case Dtype::f4:
            return visit(std::type_identity<float>{});
        case Dtype::f8:
            return visit(std::type_identity<double>{});
        case Dtype::c8:
            return visit(std::type_identity<std::complex<float>>{});
        case Dtype::c16:
            return visit(std::type_identity<std::complex<double>>{});
        case Dtype::structure:
            break;
    }
    throw_structs();
}

}  // namespace bridge32::detail
