// The functions of struct_codec.hpp.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstring>
#include <span>
#include <system_error>

#include "bridge32/internal/codec/elements.hpp"
#include "bridge32/internal/codec/scalars.hpp"
#include "bridge32/internal/codec/sequences.hpp"
#include "bridge32/internal/codec/struct_codec.hpp"
#include "bridge32/internal/codec/untyped.hpp"
#include "bridge32/internal/json/writer.hpp"

namespace bridge32::detail {

using Dimensions = std::span<const std::uint64_t>;

// -- layouts as text --

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
    text += member.kind == FieldKind::text ? "|S" + std::to_string(member.element_size)
                                           : std::string(info(member.dtype).name);
    return '"' + text + '"';
}

/// The text of a `char[N]`, up to the first zero.
BRIDGE32_DETAIL_CODEC std::string_view member_string(const StructMember& member,
                                                     const std::byte* at) {
    const std::string_view whole(reinterpret_cast<const char*>(at),
                                 static_cast<std::size_t>(member.element_size));
    return whole.substr(0, whole.find('\0'));
}

/// The size of one element of the first of these dimensions.
BRIDGE32_DETAIL_CODEC std::size_t stride_of(const StructMember& member,
                                            std::span<const std::uint64_t> dimensions) {
    std::uint64_t size = member.element_size;
    for (const std::uint64_t n : dimensions.subspan(1)) {
        size *= n;
    }
    return static_cast<std::size_t>(size);
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
           R"(],"itemsize":)" + std::to_string(layout.size) + "}";
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
    if (text.starts_with("|S")) {
        text.remove_prefix(2);
        member.kind = FieldKind::text;
        member.element_size = take_number(text);
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
BRIDGE32_DETAIL_CODEC StructLayout parse_layout_text(std::string_view text) {
    const Json json = json_or_discarded(text);
    if (json.is_discarded()) {
        throw_bad_dtype("is malformed");
    }
    return parse_layout(json);
}

// -- how two layouts differ --

BRIDGE32_DETAIL_CODEC const StructMember* find_member(const StructLayout& layout,
                                                      std::string_view name) {
    const auto found = std::ranges::find(layout.members, name, &StructMember::name);
    return found == layout.members.end() ? nullptr : &*found;
}

/// "8 bytes (<i8)"
BRIDGE32_DETAIL_CODEC std::string member_text(const StructMember& member) {
    if (member.kind == FieldKind::structure) {
        return member.dimensions.empty()
                   ? "a struct"
                   : "an array of " + std::to_string(member.count) + " structs";
    }
    const std::string quoted = format_text(member);
    return std::to_string(member.element_size * member.count) + " bytes (" +
           quoted.substr(1, quoted.size() - 2) + ")";
}

/// Whether the elements of the two members are of one type; what is in nested structs apart.
BRIDGE32_DETAIL_CODEC bool is_same_type(const StructMember& a, const StructMember& b) {
    return a.kind == b.kind && a.dimensions == b.dimensions &&
           (a.kind != FieldKind::number || a.dtype == b.dtype) &&
           (a.kind != FieldKind::text || a.element_size == b.element_size);
}

BRIDGE32_DETAIL_CODEC std::string type_advice(const StructMember& ours,
                                              const StructMember& theirs) {
    const auto is_integer = [](const StructMember& member) {
        return member.kind == FieldKind::number && member.dtype >= Dtype::i1 &&
               member.dtype <= Dtype::u8;
    };
    if (is_integer(ours) && is_integer(theirs) && ours.element_size != theirs.element_size) {
        const bool is_signed = info(ours.dtype).name[1] == 'i';
        return std::string(": use a fixed-width type such as std::") + (is_signed ? "" : "u") +
               "int32_t";
    }
    return ": both sides must declare the same struct";
}

/// Empty when `ours` can be made from `theirs`: by name, the same members of the same types,
/// wherever they lie. Otherwise what the first difference is, as "member `n` is …".
BRIDGE32_DETAIL_CODEC std::string layout_difference(const StructLayout& ours,
                                                    const StructLayout& theirs, const Sides& sides,
                                                    const std::string& prefix = {}) {
    const auto only = [&](const std::string& name, std::string_view where) {
        return "member `" + prefix + name + "` " + std::string(where) +
               " only: both sides must declare the same struct";
    };
    for (const StructMember& member : ours.members) {
        const StructMember* const other = find_member(theirs, member.name);
        if (other == nullptr) {
            return only(member.name, sides.ours);
        }
        if (!is_same_type(member, *other)) {
            return "member `" + prefix + member.name + "` is " + member_text(*other) + " " +
                   std::string(sides.theirs) + " and " + member_text(member) + " " +
                   std::string(sides.ours) + type_advice(member, *other);
        }
        if (member.kind == FieldKind::structure) {
            std::string inside = layout_difference(*member.nested, *other->nested, sides,
                                                   prefix + member.name + ".");
            if (!inside.empty()) {
                return inside;
            }
        }
    }
    for (const StructMember& member : theirs.members) {
        if (find_member(ours, member.name) == nullptr) {
            return only(member.name, sides.theirs);
        }
    }
    return {};
}

BRIDGE32_DETAIL_CODEC Json describe_structs(const StructRegistration* first) {
    Json all = Json::object();
    Json ambiguous = Json::object();
    for (const StructRegistration* r = first; r != nullptr; r = r->next()) {
        const StructLayout& layout = r->layout();
        Json dtype = decode<Json>(layout.dtype, {});
        if (all.contains(layout.name) && all[layout.name] != dtype) {
            ambiguous[layout.name] = true;
        }
        all[layout.name] = std::move(dtype);
    }
    for (const auto& [name, unused] : ambiguous.items()) {
        all.erase(name);
    }
    return all;
}

BRIDGE32_DETAIL_CODEC std::string compare_structs(const Json& theirs, const Sides& sides,
                                                  const StructRegistration* first) {
    std::string text;
    const Json ours = describe_structs(first);
    for (const auto& [name, dtype] : ours.items()) {
        const auto found = theirs.find(name);
        if (found == theirs.end()) {
            continue;
        }
        std::string difference;
        try {
            difference = layout_difference(parse_layout(dtype), parse_layout(*found), sides);
        } catch (const CodecError& error) {
            difference = error.what();
        }
        if (!difference.empty()) {
            text += (text.empty() ? "struct " : "\nstruct ") + name + ": " + difference;
        }
    }
    return text;
}

// -- values --

/// How to make one struct of `ours` from one of `theirs`: what to copy from where to where.
class StructCopy {
public:
    /// Throws CodecError when the two do not have the same members.
    StructCopy(const StructLayout& ours, const StructLayout& theirs) {
        const std::string difference = layout_difference(ours, theirs, {"here", "in the array"});
        if (!difference.empty()) {
            throw CodecError("struct " + ours.name + ": " + difference);
        }
        plan(ours, theirs);
    }

    /// Bytes that are padding in `to` stay as they are.
    void run(const std::byte* from, std::byte* to) const {
        for (const Step& step : steps_) {
            run(step, from + step.from, to + step.to);
        }
    }

private:
    struct Step {
        std::size_t from = 0;
        std::size_t to = 0;
        std::size_t size = 0;  // bytes to copy; bools one by one
        bool is_bool = false;
        std::size_t count = 1;  // of nested structs
        std::size_t from_stride = 0;
        std::size_t to_stride = 0;
        std::shared_ptr<const StructCopy> nested{};
    };

    StructCopy() = default;

    static void run(const Step& step, const std::byte* from, std::byte* to) {
        if (step.nested != nullptr) {
            for (std::size_t i = 0; i < step.count; ++i) {
                step.nested->run(from + i * step.from_stride, to + i * step.to_stride);
            }
        } else if (step.is_bool) {
            for (std::size_t i = 0; i < step.size; ++i) {
                to[i] = from[i] == std::byte{0} ? std::byte{0} : std::byte{1};
            }
        } else {
            std::memcpy(to, from, step.size);
        }
    }

    void plan(const StructLayout& ours, const StructLayout& theirs) {
        for (const StructMember& member : ours.members) {
            const StructMember& other = *find_member(theirs, member.name);
            Step step{.from = static_cast<std::size_t>(other.offset),
                      .to = static_cast<std::size_t>(member.offset)};
            if (member.kind == FieldKind::structure) {
                auto nested = std::shared_ptr<StructCopy>(new StructCopy());
                nested->plan(*member.nested, *other.nested);
                step.nested = std::move(nested);
                step.count = static_cast<std::size_t>(member.count);
                step.from_stride = static_cast<std::size_t>(other.element_size);
                step.to_stride = static_cast<std::size_t>(member.element_size);
            } else {
                step.size = static_cast<std::size_t>(member.element_size * member.count);
                step.is_bool = member.kind == FieldKind::number && member.dtype == Dtype::b1;
            }
            add(std::move(step));
        }
    }

    // What lies side by side on both sides is copied at once.
    void add(Step step) {
        if (!steps_.empty()) {
            Step& last = steps_.back();
            if (last.nested == nullptr && step.nested == nullptr && last.is_bool == step.is_bool &&
                last.from + last.size == step.from && last.to + last.size == step.to) {
                last.size += step.size;
                return;
            }
        }
        steps_.push_back(std::move(step));
    }

    std::vector<Step> steps_;
};

BRIDGE32_DETAIL_CODEC StructLayout item_layout(const ArrayView& view) {
    StructLayout layout = parse_layout_text(view.structure);
    if (layout.size != view.item_size) {
        throw_bad_dtype("has two sizes");
    }
    return layout;
}

BRIDGE32_DETAIL_CODEC void require_structs(const ArrayView& view, const StructLayout& ours) {
    if (view.dtype != Dtype::structure) {
        throw CodecError("expected an array of " + ours.name + ", found one of " +
                         std::string(info(view.dtype).name));
    }
}

BRIDGE32_DETAIL_CODEC void copy_structs(const ArrayView& view, const StructLayout& ours,
                                        void* out) {
    require_structs(view, ours);
    const auto size = static_cast<std::size_t>(ours.size);
    if (view.count == 0 && view.structure == ours.dtype) {
        return;
    }
    if (is_same_layout(view, ours)) {
        std::memcpy(out, view.data, view.count * size);
        return;
    }
    const StructCopy copy(ours, item_layout(view));
    auto* const to = static_cast<std::byte*>(out);
    for (std::size_t i = 0; i < view.count; ++i) {
        std::memset(to + i * size, 0, size);  // the padding
        copy.run(view.data + i * view.item_size, to + i * size);
    }
}

template <class T>
Json json_element(const T& value) {
    if constexpr (Complex<T>) {
        return Json::array({value.real(), value.imag()});
    } else {
        return value;
    }
}

BRIDGE32_DETAIL_CODEC Json json_member(const StructMember& member, const std::byte* at,
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

BRIDGE32_DETAIL_CODEC Json json_struct(const StructLayout& layout, const std::byte* at) {
    Json::object_t object;
    for (const StructMember& member : layout.members) {
        object[member.name] = at_member(member.name, [&] {
            return json_member(member, at + member.offset, member.dimensions);
        });
    }
    return object;
}

BRIDGE32_DETAIL_CODEC void write_member(Encoder& out, const StructMember& member,
                                        const std::byte* at, Dimensions dimensions) {
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

BRIDGE32_DETAIL_CODEC void write_struct(Encoder& out, const StructLayout& layout,
                                        const std::byte* at) {
    out.begin_object();
    for (const StructMember& member : layout.members) {
        out.key(member.name);
        at_member(member.name,
                  [&] { write_member(out, member, at + member.offset, member.dimensions); });
    }
    out.end_object();
}

BRIDGE32_DETAIL_CODEC void read_text(Decoder& in, const StructMember& member, std::byte* at) {
    const auto text = in.value<std::string>();
    const auto size = static_cast<std::size_t>(member.element_size);
    if (text.size() > size) {
        throw CodecError("a string of " + std::to_string(text.size()) +
                         " bytes does not fit a char[" + std::to_string(size) + "]");
    }
    if (text.find('\0') != text.npos) {
        throw CodecError("a char[] cannot hold a string with a zero byte");
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

BRIDGE32_DETAIL_CODEC void read_member(Decoder& in, const StructMember& member, std::byte* at,
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
BRIDGE32_DETAIL_CODEC std::size_t member_index(const StructLayout& layout, std::string_view name) {
    for (std::size_t i = 0; i < layout.members.size(); ++i) {
        if (layout.members[i].name == name) {
            return i;
        }
    }
    throw CodecError("struct " + layout.name + " has no member `" + std::string(name) + "`");
}

/// Of equal names the last one counts.
BRIDGE32_DETAIL_CODEC void read_struct(Decoder& in, const StructLayout& layout, std::byte* at) {
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

BRIDGE32_DETAIL_CODEC void read_struct_from_json(const Json& json, const StructLayout& layout,
                                                 std::byte* at) {
    Encoder text;
    text.value(json);
    Decoder in(text.text(), text.attachments());
    read_struct(in, layout, at);
}

}  // namespace bridge32::detail
