// Codec of BRIDGE32_STRUCTs: a JSON object each, `$array` for many. And how the structs of two
// binaries compare.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

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

/// {"Point":{"names":…,"formats":…,"offsets":…,"itemsize":…},…}: the structs of this binary.
/// Of a name that stands for two different structs nothing can be said, and it is left out.
BRIDGE32_DETAIL_CODEC_API Json
describe_structs(const StructRegistration* first = struct_registry());

/// The names that a message uses for the two sides: "in the plugin", "in the client".
struct Sides {
    std::string_view ours;
    std::string_view theirs;
};

/// Compares the structs of this binary with those of another, which its describe_structs()
/// gave, as far as both have one of that name. Empty when all can be converted, else a line
/// for people for each that cannot.
BRIDGE32_DETAIL_CODEC_API std::string compare_structs(
    const Json& theirs, const Sides& sides = {"in the plugin", "in the client"},
    const StructRegistration* first = struct_registry());

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
