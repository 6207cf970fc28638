// Codec of BRIDGE32_STRUCTs: a JSON object each, `$array` for many.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "bridge32/internal/codec/elements.hpp"
#include "bridge32/internal/codec/encoder.hpp"
#include "bridge32/internal/codec/scalars.hpp"
#include "bridge32/internal/codec/sequences.hpp"
#include "bridge32/internal/codec/struct_layout.hpp"
#include "bridge32/internal/codec/struct_members.hpp"
#include "bridge32/internal/codec/untyped.hpp"

namespace bridge32 {
namespace detail {

using Dimensions = std::span<const std::uint64_t>;

void write_struct(Encoder& out, const StructLayout& layout, const std::byte* at);
void read_struct(Decoder& in, const StructLayout& layout, std::byte* at);

inline void write_member(Encoder& out, const StructMember& member, const std::byte* at,
                         Dimensions dimensions) {
    if (!dimensions.empty()) {
        const std::size_t stride = stride_of(member, dimensions);
        out.begin_array();
        for (std::size_t i = 0; i < dimensions[0]; ++i) {
            out.next();
            at_index(i, [&] { write_member(out, member, at + i * stride, dimensions.subspan(1)); });
        }
        out.end_array();
    } else if (member.kind == FieldKind::text) {
        out.value(member_string(member, at));
    } else if (member.kind == FieldKind::structure) {
        write_struct(out, *member.nested, at);
    } else {
        visit_dtype(member.dtype,
                    [&]<class T>(std::type_identity<T>) { out.value(load_element<T>(at)); });
    }
}

inline void write_struct(Encoder& out, const StructLayout& layout, const std::byte* at) {
    out.begin_object();
    for (const StructMember& member : layout.members) {
        out.key(member.name);
        at_member(member.name,
                  [&] { write_member(out, member, at + member.offset, member.dimensions); });
    }
    out.end_object();
}

inline void read_text(Decoder& in, const StructMember& member, std::byte* at) {
    const auto text = in.value<std::string>();
    const auto size = static_cast<std::size_t>(member.element_size);
    if (text.size() > size) {
        throw CodecError("a text of " + std::to_string(text.size()) +
                         " bytes does not fit a char[" + std::to_string(size) + "]");
    }
    if (text.find('\0') != text.npos) {
        throw CodecError("a text with a zero character in it, which would end it");
    }
    std::memset(at, 0, size);
    std::memcpy(at, text.data(), text.size());
}

/// A complex number may be an array of two as well, which it is in a Json.
template <class T>
T read_number(Decoder& in) {
    if constexpr (Complex<T>) {
        if (in.peek() == Kind::array) {
            const auto parts = read_sequence<std::array<typename T::value_type, 2>>(in);
            return {parts[0], parts[1]};
        }
    }
    return in.value<T>();
}

inline void read_member(Decoder& in, const StructMember& member, std::byte* at,
                        Dimensions dimensions) {
    if (!dimensions.empty()) {
        const std::size_t stride = stride_of(member, dimensions);
        const auto size = static_cast<std::size_t>(dimensions[0]);
        if (in.peek() != Kind::array) {
            throw in.expected("an array of " + std::to_string(size));
        }
        std::size_t i = 0;
        in.reader().enter_array();
        for (; in.reader().next_element(); ++i) {
            if (i >= size) {
                in.reader().skip_value();
                continue;
            }
            at_index(i, [&] { read_member(in, member, at + i * stride, dimensions.subspan(1)); });
        }
        require_size(size, i);
    } else if (member.kind == FieldKind::text) {
        read_text(in, member, at);
    } else if (member.kind == FieldKind::structure) {
        read_struct(in, *member.nested, at);
    } else {
        visit_dtype(member.dtype, [&]<class T>(std::type_identity<T>) {
            const T value = read_number<T>(in);
            std::memcpy(at, &value, sizeof value);
        });
    }
}

/// Index of the member called `name`.
inline std::size_t member_index(const StructLayout& layout, std::string_view name) {
    for (std::size_t i = 0; i < layout.members.size(); ++i) {
        if (layout.members[i].name == name) {
            return i;
        }
    }
    throw CodecError("struct " + layout.name + " has no member `" + std::string(name) + "`");
}

/// Of equal names the last one counts.
inline void read_struct(Decoder& in, const StructLayout& layout, std::byte* at) {
    if (in.tag() != Tag::none || in.peek() != Kind::object) {
        throw in.expected("a " + layout.name + " (an object)");
    }
    std::uint64_t found = 0;
    in.reader().enter_object();
    while (const auto name = in.next_key()) {
        const std::size_t i = member_index(layout, *name);
        const StructMember& member = layout.members[i];
        at_member(member.name,
                  [&] { read_member(in, member, at + member.offset, member.dimensions); });
        found |= std::uint64_t{1} << i;
    }
    for (std::size_t i = 0; i < layout.members.size(); ++i) {
        if ((found >> i & 1) == 0) {
            throw CodecError("member `" + layout.members[i].name + "` of struct " + layout.name +
                             " is missing");
        }
    }
}

/// For to_json.
template <class T>
Json json_from_struct(const T& value) {
    return json_struct(struct_layout<T>(), reinterpret_cast<const std::byte*>(&value));
}

/// For from_json.
template <class T>
T struct_from_json(const Json& json) {
    Encoder text;
    text.value(json);
    Decoder in(text.text(), text.attachments());
    return in.value<T>();
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
