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
// Members can be numbers, bool, enums, std::complex, char[N] and wchar_t[N] or char16_t[N] (text up
// to the first zero; a char[N] that is not UTF-8 is sent as bytes), other BRIDGE32_STRUCTs, and
// arrays of these (T[N], std::array<T, N>). A pointer does not compile, because it is meaningless
// in another process. Packed structs (`#pragma pack`) are supported. A marker says what a member
// is:
//
//     BRIDGE32_STRUCT(Device, number, (name, windows_1252), (title, code_page(949)), (key, bytes))
//
// `bytes` sends a member as it is, a union for example. The markers are in bridge32::as.
//
// 32-bit and 64-bit compilers lay out some structs differently. If only the padding differs (a
// double or an int64 on i386 Linux), arrays are converted member by member; otherwise they are
// copied or viewed as they are. If a member's type differs (especially `long` and std::size_t), the
// plugin does not load, and arrays are rejected; use fixed-width types such as std::int32_t.
#pragma once

#include <cstddef>
#include <cstdint>

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

namespace bridge32::as {

/// @{
/// What `marker` in `(member, marker)` may be: raw bytes; UTF-16 in a std::uint16_t[N]; text in a
/// char[N], which is UTF-8 or in a code page.
inline constexpr detail::FieldMarker nothing{};
inline constexpr detail::FieldMarker bytes{detail::FieldKind::bytes};
inline constexpr detail::FieldMarker utf16{detail::FieldKind::wide};
inline constexpr detail::FieldMarker utf8{detail::FieldKind::text};
inline constexpr detail::FieldMarker latin1{detail::FieldKind::text, 28591};
inline constexpr detail::FieldMarker windows_1250{detail::FieldKind::text, 1250};
inline constexpr detail::FieldMarker windows_1251{detail::FieldKind::text, 1251};
inline constexpr detail::FieldMarker windows_1252{detail::FieldKind::text, 1252};
inline constexpr detail::FieldMarker shift_jis{detail::FieldKind::text, 932};
constexpr detail::FieldMarker code_page(std::uint32_t number) {
    return {detail::FieldKind::text, number};
}
/// @}

}  // namespace bridge32::as

// A member is `name` or `(name, marker)`.
#define BRIDGE32_DETAIL_STRUCT_MEMBER(Type, member)                                  \
    BRIDGE32_DETAIL_JOIN(BRIDGE32_DETAIL_MEMBER_, BRIDGE32_DETAIL_IN_PARENS(member)) \
    (Type, member)
#define BRIDGE32_DETAIL_MEMBER_0(Type, member) BRIDGE32_DETAIL_MARKED(Type, member, nothing)
#define BRIDGE32_DETAIL_MEMBER_1(Type, member) \
    BRIDGE32_DETAIL_CALL(BRIDGE32_DETAIL_MARKED, (Type, BRIDGE32_DETAIL_CONTENT member))
#define BRIDGE32_DETAIL_MARKED(Type, member, marker)                                             \
    , ::bridge32::detail::struct_member<Type, ::bridge32::as::marker>(                           \
          #member, []<class T>(T * its) requires requires { &its->member; } {                    \
              return ::bridge32::detail::FieldPlace<decltype(T::member), offsetof(T, member)>(); \
          })
#define BRIDGE32_DETAIL_JOIN(a, b) BRIDGE32_DETAIL_JOIN_2(a, b)
#define BRIDGE32_DETAIL_JOIN_2(a, b) a##b
#define BRIDGE32_DETAIL_CALL(MACRO, arguments) MACRO arguments
#define BRIDGE32_DETAIL_CONTENT(...) __VA_ARGS__
// 1 for (…), else 0: only then is PROBE a call, whose second argument is 1.
#define BRIDGE32_DETAIL_IN_PARENS(x) BRIDGE32_DETAIL_SECOND(BRIDGE32_DETAIL_PROBE x, 0, ~)
#define BRIDGE32_DETAIL_PROBE(...) ~, 1
#define BRIDGE32_DETAIL_SECOND(...) BRIDGE32_DETAIL_SECOND_2(__VA_ARGS__)
#define BRIDGE32_DETAIL_SECOND_2(a, b, ...) b

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
