// Structs of any layout, ours or a peer's, as untyped values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>

#include "bridge32/internal/codec/elements.hpp"
#include "bridge32/internal/codec/struct_layout.hpp"
#include "bridge32/internal/json/writer.hpp"

namespace bridge32::detail {

template <class T>
Json json_element(const T& value) {
    if constexpr (Complex<T>) {
        return Json::array({value.real(), value.imag()});
    } else {
        return value;
    }
}

inline Json json_struct(const StructLayout& layout, const std::byte* at);

inline Json json_member(const StructMember& member, const std::byte* at,
                        std::span<const std::uint64_t> dimensions) {
    if (!dimensions.empty()) {
        const std::size_t stride = stride_of(member, dimensions);
        Json::array_t array;
        for (std::size_t i = 0; i < dimensions[0]; ++i) {
            array.push_back(json_member(member, at + i * stride, dimensions.subspan(1)));
        }
        return array;
    }
    if (member.kind == FieldKind::structure) {
        return json_struct(*member.nested, at);
    }
    if (member.kind == FieldKind::text) {
        std::string checked;
        write_string(checked, member_string(member, at));
        return member_string(member, at);
    }
    return visit_dtype(member.dtype, [&]<class T>(std::type_identity<T>) {
        return json_element(load_element<T>(at));
    });
}

/// An object with the struct's members. Throws CodecError where a text is not UTF-8.
inline Json json_struct(const StructLayout& layout, const std::byte* at) {
    Json::object_t object;
    for (const StructMember& member : layout.members) {
        object[member.name] = at_member(member.name, [&] {
            return json_member(member, at + member.offset, member.dimensions);
        });
    }
    return object;
}

}  // namespace bridge32::detail
