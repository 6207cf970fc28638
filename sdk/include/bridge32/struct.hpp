// BRIDGE32_STRUCT: fixed-size C structs as arguments and results.
//
//     struct Point { double x; double y; };
//     BRIDGE32_STRUCT(Point, x, y)
//
// Write this at namespace scope, in the namespace of the struct, in a header that plugin and client
// include. It lists the struct and up to 64 members; members that are not listed are not sent and
// are zero on the other side. A Point is then a JSON object, {"x":1.0,"y":2.0}. std::vector<Point>,
// std::span<const Point>, std::array, C arrays and NdArray<Point> travel as raw memory beside the
// text, with a layout that names each member (NumPy's structured dtypes).
//
// Members can be numbers, bool, enums, std::complex, char[N] (a UTF-8 string up to the first zero),
// other BRIDGE32_STRUCTs, and arrays of these (T[N], std::array<T, N>). A pointer does not compile,
// because it is meaningless in another process. Packed structs (`#pragma pack`) are supported.
//
// 32-bit and 64-bit compilers lay out some structs differently. If only the padding differs (a
// double or an int64 on i386 Linux), arrays are converted member by member; otherwise they are
// copied or viewed as they are. If a member's type differs (especially `long` and std::size_t), the
// plugin does not load, and arrays are rejected; use fixed-width types such as std::int32_t.
#pragma once

#include <cstddef>

#include "bridge32/internal/codec/struct_codec.hpp"

/// Describes the struct `Type` with the listed members.
#define BRIDGE32_STRUCT(Type, ...)                                                             \
    inline ::bridge32::detail::StructLayout bridge32_struct(const Type*) {                     \
        return ::bridge32::detail::make_struct_layout<Type>(                                   \
            #Type BRIDGE32_DETAIL_FOR_EACH(BRIDGE32_DETAIL_STRUCT_MEMBER, Type, __VA_ARGS__)); \
    }                                                                                          \
    [[maybe_unused]] inline void to_json(::bridge32::Json& json, const Type& value) {          \
        json = ::bridge32::detail::json_from_struct(value);                                    \
    }                                                                                          \
    [[maybe_unused]] inline void from_json(const ::bridge32::Json& json, Type& value) {        \
        value = ::bridge32::detail::struct_from_json<Type>(json);                              \
    }

#define BRIDGE32_DETAIL_STRUCT_MEMBER(Type, member) \
    , ::bridge32::detail::struct_member<decltype(Type::member)>(#member, offsetof(Type, member))

// BRIDGE32_DETAIL_FOR_EACH(MACRO, data, a, b, …) is MACRO(data, a) MACRO(data, b) …: each step
// leaves a name that is a macro call only when it is scanned again, which EXPAND does 85 times.
#define BRIDGE32_DETAIL_FOR_EACH(MACRO, data, ...) \
    __VA_OPT__(BRIDGE32_DETAIL_EXPAND(BRIDGE32_DETAIL_STEP(MACRO, data, __VA_ARGS__)))
#define BRIDGE32_DETAIL_STEP(MACRO, data, first, ...) \
    MACRO(data, first)                                \
    __VA_OPT__(BRIDGE32_DETAIL_AGAIN BRIDGE32_DETAIL_PARENS(MACRO, data, __VA_ARGS__))
#define BRIDGE32_DETAIL_AGAIN() BRIDGE32_DETAIL_STEP
#define BRIDGE32_DETAIL_PARENS ()
#define BRIDGE32_DETAIL_EXPAND(...) \
    BRIDGE32_DETAIL_EXPAND_1(       \
        BRIDGE32_DETAIL_EXPAND_1(BRIDGE32_DETAIL_EXPAND_1(BRIDGE32_DETAIL_EXPAND_1(__VA_ARGS__))))
#define BRIDGE32_DETAIL_EXPAND_1(...) \
    BRIDGE32_DETAIL_EXPAND_2(         \
        BRIDGE32_DETAIL_EXPAND_2(BRIDGE32_DETAIL_EXPAND_2(BRIDGE32_DETAIL_EXPAND_2(__VA_ARGS__))))
#define BRIDGE32_DETAIL_EXPAND_2(...) \
    BRIDGE32_DETAIL_EXPAND_3(         \
        BRIDGE32_DETAIL_EXPAND_3(BRIDGE32_DETAIL_EXPAND_3(BRIDGE32_DETAIL_EXPAND_3(__VA_ARGS__))))
#define BRIDGE32_DETAIL_EXPAND_3(...) __VA_ARGS__
