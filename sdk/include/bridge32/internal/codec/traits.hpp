// Which C++ types are written how.
#pragma once

#include <concepts>
#include <cstddef>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "bridge32/internal/codec/bytes.hpp"
#include "bridge32/internal/codec/dtype.hpp"
#include "bridge32/internal/codec/nd_array.hpp"

namespace bridge32::detail {

/// Stands for a Json in a question that nlohmann's own conversions must not answer: argument-
/// dependent lookup with it finds the functions of a user's type only.
struct JsonProbe {
    operator Json&() const;
};

/// The user gave this type a to_json: a function beside it, a friend, or one of nlohmann's macros.
template <class T>
concept HasOwnJson = (std::is_class_v<T> || std::is_enum_v<T>)&&requires(JsonProbe& json,
                                                                         const T& value) {
    to_json(json, value);
};

template <class T>
inline constexpr bool kIsString = false;
template <class Traits, class Allocator>
inline constexpr bool kIsString<std::basic_string<char, Traits, Allocator>> = true;

template <class T>
concept Text = kIsString<T> || std::same_as<T, std::string_view> || std::same_as<T, const char*> ||
    std::same_as<T, char*>;

/// Text of wider units, which is a string as well.
template <class T>
concept WideText = std::same_as<T, std::u16string> || std::same_as<T, std::wstring> ||
    std::same_as<T, std::u16string_view> || std::same_as<T, std::wstring_view> ||
    std::same_as<T, const char16_t*> || std::same_as<T, const wchar_t*>;

template <class T>
inline constexpr bool kIsNdArray = false;
template <class T>
inline constexpr bool kIsNdArray<NdArray<T>> = true;

template <class T>
inline constexpr bool kIsSpan = false;
template <class T, std::size_t N>
inline constexpr bool kIsSpan<std::span<T, N>> = true;

/// Iterates over values, which are not ranges of ranges of themselves without end (a path is).
template <class T>
concept Range = std::ranges::input_range<const T> && !Text<T> && !WideText<T> && !HasOwnJson<T> &&
                !std::same_as<T, Json> && !std::same_as<T, Bytes> && !kIsNdArray<T> &&
                !std::same_as<std::ranges::range_value_t<const T>, T>;

template <class T>
concept ContiguousRange =
    Range<T> && std::ranges::contiguous_range<const T> && std::ranges::sized_range<const T>;

/// Travels as a typed array beside the text.
template <class T>
concept ElementRange = ContiguousRange<T> &&
    (Element<std::ranges::range_value_t<const T>> || Struct<std::ranges::range_value_t<const T>>);

/// Travels as bytes beside the text.
template <class T>
concept ByteRange =
    ContiguousRange<T> && std::same_as<std::ranges::range_value_t<const T>, std::byte>;

template <class T>
concept MapRange = Range<T> && requires {
    typename T::key_type;
    typename T::mapped_type;
};

/// A map whose keys are text: an object.
template <class T>
concept ObjectRange =
    MapRange<T> && std::convertible_to<const typename T::key_type&, std::string_view>;

/// Any other range: an array in the text.
template <class T>
concept TextRange = Range<T> && !ElementRange<T> && !ByteRange<T> && !ObjectRange<T>;

/// A fixed number of elements, std::array.
template <class T>
concept FixedSize = requires {
    std::tuple_size<T>::value;
};

}  // namespace bridge32::detail
