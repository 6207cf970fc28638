// The functions of struct_layout.hpp: layouts as NumPy's dtypes, written and read.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "bridge32/internal/codec/struct_layout.hpp"
#include "bridge32/internal/codec/untyped.hpp"
#include "bridge32/internal/json/writer.hpp"
#include "bridge32/internal/support/codec_error.hpp"

namespace bridge32::detail {

/// `|S8`, `(2,3)<f8`: a dtype string that numpy.dtype takes. A nested struct is its dict, an
/// array of them `[dict,[3]]`, which stands for NumPy's tuple `(dict, (3,))`.
BRIDGE32_DETAIL_CODEC std::string format_text(const StructMember& member) {
    std::string shape;
    for (const std::uint64_t n : member.dimensions) {
        shape += std::to_string(n) + ",";
    }
    if (member.dimensions.size() > 1) {
        shape.pop_back();
    }
    if (member.kind == FieldKind::structure) {
        if (shape.ends_with(',')) {
            shape.pop_back();
        }
        return shape.empty() ? member.nested->dtype
                             : "[" + member.nested->dtype + ",[" + shape + "]]";
    }
    std::string text = shape.empty() ? "" : "(" + shape + ")";
    const std::string size = std::to_string(member.element_size);
    switch (member.kind) {
        case FieldKind::text:
            text += "|S" + size;
            break;
        case FieldKind::bytes:
            text += "|V" + size;
            break;
        case FieldKind::wide:
            text += member.dtype == Dtype::u4 ? "<U" + std::to_string(member.element_size / 4)
                                              : "|V" + size;  // NumPy has no UTF-16
            break;
        default:
            text += info(member.dtype).name;
    }
    return '"' + text + '"';
}

/// The number of UTF-16 among Windows' code pages.
inline constexpr std::uint32_t kUtf16Page = 1200;

/// `,"encodings":{"name":1252}`, the numbers of code pages, for members that NumPy's formats do not
/// tell; nothing if there are none.
BRIDGE32_DETAIL_CODEC std::string encodings_text(const StructLayout& layout) {
    std::string text;
    for (const StructMember& member : layout.members) {
        const bool is_utf16 = member.kind == FieldKind::wide && member.dtype == Dtype::u2;
        if (is_utf16 || member.code_page != FieldMarker::kUtf8) {
            text += text.empty() ? R"(,"encodings":{)" : ",";
            write_string(text, member.name);
            text += ':' + std::to_string(is_utf16 ? kUtf16Page : member.code_page);
        }
    }
    return text.empty() ? text : text + '}';
}

BRIDGE32_DETAIL_CODEC std::string dtype_text(const StructLayout& layout) {
    std::string names;
    std::string formats;
    std::string offsets;
    for (const StructMember& member : layout.members) {
        const char* const comma = names.empty() ? "" : ",";
        names += comma;
        write_string(names, member.name);
        formats += comma + format_text(member);
        offsets += comma + std::to_string(member.offset);
    }
    return R"({"names":[)" + names + R"(],"formats":[)" + formats + R"(],"offsets":[)" + offsets +
           R"(],"itemsize":)" + std::to_string(layout.size) + encodings_text(layout) + "}";
}

BRIDGE32_DETAIL_CODEC void finish_layout(StructLayout& layout) {
    for (const StructMember& member : layout.members) {
        layout.has_bool = layout.has_bool ||
                          (member.kind == FieldKind::structure
                               ? member.nested->has_bool
                               : member.kind == FieldKind::number && member.dtype == Dtype::b1);
    }
    layout.dtype = dtype_text(layout);
}

/// Larger structs are refused, so that no product of sizes overflows.
inline constexpr std::uint64_t kMaxStructSize = std::uint64_t{1} << 31;

[[noreturn]] BRIDGE32_DETAIL_CODEC void throw_bad_dtype(const std::string& what) {
    throw CodecError("the dtype of a struct " + what);
}

/// A number that is at most kMaxStructSize.
BRIDGE32_DETAIL_CODEC std::uint64_t struct_number(const Json& json) {
    if (!json.is_number_integer() || json < 0 || json > kMaxStructSize) {
        throw_bad_dtype("has " + json_text(json).substr(0, 40) + " as a size or an offset");
    }
    return json.get<std::uint64_t>();
}

BRIDGE32_DETAIL_CODEC std::uint64_t take_number(std::string_view& text) {
    std::uint64_t number = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
    if (result.ec != std::errc{} || number > kMaxStructSize) {
        throw_bad_dtype("has an unknown format");
    }
    text.remove_prefix(static_cast<std::size_t>(result.ptr - text.data()));
    return number;
}

BRIDGE32_DETAIL_CODEC void add_checked_dimension(StructMember& member, std::uint64_t n) {
    add_dimension(member, n);
    if (n == 0 || member.count > kMaxStructSize || member.dimensions.size() > kMaxStructMembers) {
        throw_bad_dtype("has an impossible array");
    }
}

/// `(2,3)<f8`, `|S8`
BRIDGE32_DETAIL_CODEC void parse_format(std::string_view text, StructMember& member) {
    if (text.starts_with('(')) {
        do {
            text.remove_prefix(1);  // ( or ,
            if (text.starts_with(')')) {
                break;
            }
            add_checked_dimension(member, take_number(text));
        } while (text.starts_with(','));
        if (!text.starts_with(')')) {
            throw_bad_dtype("has an unknown format");
        }
        text.remove_prefix(1);
    }
    const bool is_wide = text.starts_with("<U");
    if (is_wide || text.starts_with("|S") || text.starts_with("|V")) {
        member.kind = is_wide          ? FieldKind::wide
                      : text[1] == 'S' ? FieldKind::text
                                       : FieldKind::bytes;
        member.dtype = is_wide ? Dtype::u4 : Dtype::b1;
        text.remove_prefix(2);
        member.element_size = take_number(text) * (is_wide ? 4 : 1);
        if (!text.empty() || member.element_size == 0) {
            throw_bad_dtype("has an unknown format");
        }
        return;
    }
    member.dtype = find_dtype(text);
    member.element_size = info(member.dtype).size;
}

StructLayout parse_layout(const Json& json);

BRIDGE32_DETAIL_CODEC void parse_any_format(const Json& json, StructMember& member) {
    if (const auto* const text = json.get_ptr<const std::string*>()) {
        parse_format(*text, member);
        return;
    }
    const bool many = json.is_array() && json.size() == 2 && json[1].is_array();
    if (many) {
        for (const Json& n : json[1]) {
            add_checked_dimension(member, struct_number(n));
        }
    }
    member.kind = FieldKind::structure;
    member.nested = std::make_shared<const StructLayout>(parse_layout(many ? json[0] : json));
    member.element_size = member.nested->size;
}

/// What NumPy's format does not tell.
BRIDGE32_DETAIL_CODEC void parse_encoding(const Json& json, StructMember& member) {
    const auto all = json.find("encodings");
    if (all == json.end() || !all->is_object() || !all->contains(member.name)) {
        return;
    }
    const auto page = static_cast<std::uint32_t>(struct_number(all->at(member.name)));
    if (page != kUtf16Page) {
        member.code_page = page;
    } else if (member.kind == FieldKind::bytes && member.element_size % 2 == 0) {
        member.kind = FieldKind::wide;
        member.dtype = Dtype::u2;
    }
}

/// NumPy's dict form. Throws CodecError unless every member lies inside the struct.
BRIDGE32_DETAIL_CODEC StructLayout parse_layout(const Json& json) {
    const auto part = [&](const char* name) -> const Json& {
        if (!json.is_object() || !json.contains(name)) {
            throw_bad_dtype("must have names, formats, offsets and itemsize; found " +
                            json_text(json).substr(0, 80));
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
            throw_bad_dtype("has a name that is not a string");
        }
        StructMember member{.name = names[i].get<std::string>(),
                            .offset = struct_number(offsets[i])};
        at_member(member.name, [&] {
            parse_any_format(formats[i], member);
            parse_encoding(json, member);
        });
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
BRIDGE32_DETAIL_CODEC StructLayout parse_layout_text(std::string_view text) {
    const Json json = json_or_discarded(text);
    if (json.is_discarded()) {
        throw_bad_dtype("is malformed");
    }
    return parse_layout(json);
}

}  // namespace bridge32::detail
