// What messages and descriptions call a C++ type: "int32", "array of float64".
#pragma once

#include <cstddef>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "bridge32/codec.hpp"
#include "bridge32/handle.hpp"

namespace bridge32::detail {

template <class T>
inline constexpr bool kOptional = false;
template <class T>
inline constexpr bool kOptional<std::optional<T>> = true;

/// Of the types that an attachment can hold, by dtype.
inline constexpr std::string_view kElementNames[] = {
    "bool",  "int8",   "uint8",   "int16",   "uint16",    "int32",     "uint32",
    "int64", "uint64", "float32", "float64", "complex64", "complex128"};

template <class T>
std::string type_name();

template <class Tuple, std::size_t... I>
std::string tuple_name(std::index_sequence<I...>) {
    std::string text;
    ((text += (I == 0 ? "" : ", ") + type_name<std::tuple_element_t<I, Tuple>>()), ...);
    return "array of (" + text + ")";
}

template <class T>
std::string class_name() {
    if constexpr (kOptional<T>) {
        return "optional " + type_name<typename T::value_type>();
    } else if constexpr (kIsHandle<T>) {
        return "handle of " + handle_type_name<typename T::object_type>();
    } else if constexpr (kIsNdArray<T>) {
        return "n-dimensional array of " + type_name<typename T::value_type>();
    } else if constexpr (Struct<T>) {
        return struct_layout<T>().name;
    } else if constexpr (HasOwnJson<T>) {
        return "object";
    } else if constexpr (ObjectRange<T>) {
        return "object of " + type_name<typename T::mapped_type>();
    } else if constexpr (Range<T>) {
        return "array of " + type_name<std::ranges::range_value_t<const T>>();
    } else if constexpr (FixedSize<T>) {
        return tuple_name<T>(std::make_index_sequence<std::tuple_size_v<T>>());
    } else {
        return "object";
    }
}

/// For people: a BRIDGE32_STRUCT goes by its name, another class is an "object", an enum with a
/// to_json of its own "any", and a Codec may have a kTypeName, a std::string_view, to say
/// otherwise.
template <class T>
std::string type_name() {
    using U = std::remove_cvref_t<T>;
    if constexpr (std::is_void_v<U>) {
        return "void";
    } else if constexpr (std::is_same_v<U, std::nullptr_t>) {
        return "null";
    } else if constexpr (requires { Codec<U>::kTypeName; }) {
        return std::string(Codec<U>::kTypeName);
    } else if constexpr (Boolean<U>) {
        return "bool";
    } else if constexpr (Element<U>) {
        return std::string(kElementNames[static_cast<std::size_t>(dtype_id<U>())]);
    } else if constexpr (Text<U>) {
        return "string";
    } else if constexpr (std::is_same_v<U, Json>) {
        return "any";
    } else if constexpr (std::is_same_v<U, Bytes> || ByteRange<U>) {
        return "bytes";
    } else if constexpr (std::is_enum_v<U>) {
        if constexpr (HasOwnJson<U>) {
            return "any";
        } else {
            return type_name<std::underlying_type_t<U>>();
        }
    } else {
        return class_name<U>();
    }
}

}  // namespace bridge32::detail
