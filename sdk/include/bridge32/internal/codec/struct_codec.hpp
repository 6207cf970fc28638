// Codec of BRIDGE32_STRUCTs: a JSON object each, `$array` for many.
#pragma once

#include <cstddef>

#include "bridge32/internal/codec/bytes.hpp"
#include "bridge32/internal/codec/decoder.hpp"
#include "bridge32/internal/codec/encoder.hpp"
#include "bridge32/internal/codec/struct_layout.hpp"
#include "bridge32/internal/support/compiler.hpp"

namespace bridge32 {
namespace detail {

BRIDGE32_DETAIL_CODEC_API void write_struct(Encoder& out, const StructLayout& layout,
                                            const std::byte* at);
BRIDGE32_DETAIL_CODEC_API void read_struct(Decoder& in, const StructLayout& layout, std::byte* at);

BRIDGE32_DETAIL_CODEC_API void read_struct_from_json(const Json& json, const StructLayout& layout,
                                                     std::byte* at);

/// An object with the struct's members. Throws CodecError where a text is not UTF-8.
BRIDGE32_DETAIL_CODEC_API Json json_struct(const StructLayout& layout, const std::byte* at);

/// The layout of the view's structs. Throws CodecError when it is malformed.
BRIDGE32_DETAIL_CODEC_API StructLayout item_layout(const ArrayView& view);

/// For to_json.
template <class T>
Json json_from_struct(const T& value) {
    return json_struct(struct_layout<T>(), reinterpret_cast<const std::byte*>(&value));
}

/// For from_json.
template <class T>
T struct_from_json(const Json& json) {
    T value{};
    read_struct_from_json(json, struct_layout<T>(), reinterpret_cast<std::byte*>(&value));
    return value;
}

}  // namespace detail

template <detail::Struct T>
struct Codec<T> {
    static void encode(Encoder& out, const T& value) {
        detail::write_struct(out, detail::struct_layout<T>(),
                             reinterpret_cast<const std::byte*>(&value));
    }
    static T decode(Decoder& in) {
        T value{};
        detail::read_struct(in, detail::struct_layout<T>(), reinterpret_cast<std::byte*>(&value));
        return value;
    }
};

}  // namespace bridge32
