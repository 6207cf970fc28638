// The layout of a peer's struct, from its dtype.
#pragma once

#include <charconv>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "bridge32/internal/codec/bytes.hpp"
#include "bridge32/internal/codec/error.hpp"
#include "bridge32/internal/codec/struct_layout.hpp"

namespace bridge32::detail {

/// Larger structs are refused, so that no product of sizes overflows.
inline constexpr std::uint64_t kMaxStructSize = std::uint64_t{1} << 31;

[[noreturn]] inline void throw_bad_dtype(const std::string& what) {
    throw CodecError("the dtype of a struct " + what);
}

/// A number that is at most kMaxStructSize.
inline std::uint64_t struct_number(const Json& json) {
    if (!json.is_number_integer() || json < 0 || json > kMaxStructSize) {
        throw_bad_dtype("has " + json.dump().substr(0, 40) + " as a size or an offset");
    }
    return json.get<std::uint64_t>();
}

inline std::uint64_t take_number(std::string_view& text) {
    std::uint64_t number = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
    if (result.ec != std::errc{} || number > kMaxStructSize) {
        throw_bad_dtype("has a format that is not known");
    }
    text.remove_prefix(static_cast<std::size_t>(result.ptr - text.data()));
    return number;
}

inline void add_dimension(StructMember& member, std::uint64_t n) {
    member.dimensions.push_back(n);
    member.count *= n;
    if (n == 0 || member.count > kMaxStructSize || member.dimensions.size() > kMaxStructMembers) {
        throw_bad_dtype("has an array that cannot be");
    }
}

/// `(2,3)<f8`, `|S8`
inline void parse_format(std::string_view text, StructMember& member) {
    if (text.starts_with('(')) {
        do {
            text.remove_prefix(1);  // ( or ,
            if (text.starts_with(')')) {
                break;
            }
            add_dimension(member, take_number(text));
        } while (text.starts_with(','));
        if (!text.starts_with(')')) {
            throw_bad_dtype("has a format that is not known");
        }
        text.remove_prefix(1);
    }
    if (text.starts_with("|S")) {
        text.remove_prefix(2);
        member.kind = FieldKind::text;
        member.element_size = take_number(text);
        if (!text.empty() || member.element_size == 0) {
            throw_bad_dtype("has a format that is not known");
        }
        return;
    }
    member.dtype = find_dtype(text);
    member.element_size = info(member.dtype).size;
}

StructLayout parse_layout(const Json& json);

inline void parse_any_format(const Json& json, StructMember& member) {
    if (const auto* const text = json.get_ptr<const std::string*>()) {
        parse_format(*text, member);
        return;
    }
    const bool many = json.is_array() && json.size() == 2 && json[1].is_array();
    if (many) {
        for (const Json& n : json[1]) {
            add_dimension(member, struct_number(n));
        }
    }
    member.kind = FieldKind::structure;
    member.nested = std::make_shared<const StructLayout>(parse_layout(many ? json[0] : json));
    member.element_size = member.nested->size;
}

/// NumPy's dict form. Throws CodecError unless every member lies inside the struct.
inline StructLayout parse_layout(const Json& json) {
    const auto part = [&](const char* name) -> const Json& {
        if (!json.is_object() || !json.contains(name)) {
            throw_bad_dtype(
                "has names, formats, offsets and itemsize; found " +
                json.dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, 80));
        }
        return json.at(name);
    };
    const Json& names = part("names");
    const Json& formats = part("formats");
    const Json& offsets = part("offsets");
    StructLayout layout;
    layout.size = struct_number(part("itemsize"));
    if (!names.is_array() || !formats.is_array() || !offsets.is_array() ||
        names.size() != formats.size() || names.size() != offsets.size() || layout.size == 0) {
        throw_bad_dtype("needs as many formats and offsets as names");
    }
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!names[i].is_string()) {
            throw_bad_dtype("has a name that is no text");
        }
        StructMember member{.name = names[i].get<std::string>(),
                            .offset = struct_number(offsets[i])};
        at_member(member.name, [&] { parse_any_format(formats[i], member); });
        if (member.offset + member.element_size * member.count > layout.size) {
            throw_bad_dtype("has a member `" + member.name + "` that is not inside it");
        }
        total += member.element_size * member.count;
        layout.members.push_back(std::move(member));
    }
    // As untyped values, a thousand views of one megabyte would be a gigabyte.
    if (total > layout.size) {
        throw_bad_dtype("has members that overlap");
    }
    return layout;
}

/// The same from its text.
inline StructLayout parse_layout_text(std::string_view text) {
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) {
        throw_bad_dtype("is malformed");
    }
    return parse_layout(json);
}

}  // namespace bridge32::detail
