// Codec of UTF-16 text, and of wchar_t, which is UTF-16 on Windows and UTF-32 elsewhere.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>

#include "bridge32/internal/codec/argument.hpp"
#include "bridge32/internal/codec/scalars.hpp"
#include "bridge32/internal/codec/traits.hpp"
#include "bridge32/internal/text/unicode.hpp"

namespace bridge32 {
namespace detail {

BRIDGE32_DETAIL_CODEC_API void write_wide(Encoder& out, std::u16string_view text);
BRIDGE32_DETAIL_CODEC_API void write_wide(Encoder& out, std::wstring_view text);
/// @{
/// A string, in the units of `text`.
BRIDGE32_DETAIL_CODEC_API void read_wide(Decoder& in, std::u16string& text);
BRIDGE32_DETAIL_CODEC_API void read_wide(Decoder& in, std::wstring& text);
/// @}

template <class T>
struct WideUnit;
template <class C>
struct WideUnit<const C*> {
    using type = C;
};
template <class T>
requires std::is_class_v<T>
struct WideUnit<T> {
    using type = typename T::value_type;
};

/// A copy of the string, which is valid during the call; null for a null pointer.
template <class T>
requires(WideText<T> && !std::is_same_v<T, std::u16string> &&
         !std::is_same_v<T, std::wstring>) struct Slot<T> {
    void decode(Decoder& in) {
        if (std::is_pointer_v<T> && in.peek() == Kind::null) {
            in.reader().read_null();
            return;
        }
        read_wide(in, text);
        if constexpr (std::is_pointer_v<T>) {
            if (text.find(typename WideUnit<T>::type{}) != text.npos) {
                throw CodecError("the string contains a zero, which would end a C string");
            }
            view = text.c_str();
        } else {
            view = text;
        }
    }
    T& get() { return view; }

    std::basic_string<typename WideUnit<T>::type> text;
    T view{};
};

}  // namespace detail

/// A string. A null pointer is null. Only std::u16string and std::wstring can be read; the others
/// can be parameters (see Argument).
template <detail::WideText T>
struct Codec<T> {
    static constexpr std::string_view kTypeName = "string";

    static void encode(Encoder& out, const T& text) {
        if constexpr (std::is_pointer_v<T>) {
            if (text == nullptr) {
                out.value(nullptr);
                return;
            }
        }
        detail::write_wide(out, std::basic_string_view<typename detail::WideUnit<T>::type>(text));
    }
    static T decode(Decoder& in) {
        static_assert(std::is_same_v<T, std::u16string> || std::is_same_v<T, std::wstring>,
                      "the text would have no owner: use std::u16string or std::wstring; as a "
                      "parameter also their views");
        T text;
        detail::read_wide(in, text);
        return text;
    }
};

}  // namespace bridge32
