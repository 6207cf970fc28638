// The functions of struct_codec.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bridge32/internal/codec/elements.hpp"
#include "bridge32/internal/codec/scalars.hpp"
#include "bridge32/internal/codec/sequences.hpp"
#include "bridge32/internal/codec/struct_codec.hpp"
#include "bridge32/internal/codec/struct_compare.ipp"
#include "bridge32/internal/codec/struct_layout.ipp"
#include "bridge32/internal/text/code_page.ipp"
#include "bridge32/internal/text/unicode.hpp"

namespace bridge32::detail {

using Dimensions = std::span<const std::uint64_t>;

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

/// The text of the member; nothing if it is bytes, as which text that is not UTF-8 is sent too,
/// unless a marker says what it is.
BRIDGE32_DETAIL_CODEC std::optional<std::string> member_text_of(const StructMember& member,
                                                                const std::byte* at) {
    const auto size = static_cast<std::size_t>(member.element_size);
    if (member.kind == FieldKind::bytes) {
        return std::nullopt;
    }
    if (member.kind == FieldKind::text) {
        const std::string_view text = member_string(member, at);
        if (member.code_page != FieldMarker::kUtf8) {
            return to_utf8(text, static_cast<CodePage>(member.code_page));
        }
        return is_utf8(text) ? std::optional(std::string(text)) : std::nullopt;
    }
    const auto read = [&]<class Unit>(Unit) {
        std::basic_string<Unit> units(size / sizeof(Unit), Unit{});
        std::memcpy(units.data(), at, size);
        units.resize((std::min)(units.find(Unit{}), units.size()));
        return units;
    };
    if (member.dtype == Dtype::u2) {
        return utf16_to_utf8(read(char16_t{}));
    }
    return utf32_to_utf8(read(char32_t{}));
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
    if (member.kind != FieldKind::number) {
        if (const auto text = member_text_of(member, at)) {
            return *text;
        }
        const auto* const first = reinterpret_cast<const std::uint8_t*>(at);
        return Json::binary({first, first + member.element_size});
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
    } else if (member.kind == FieldKind::structure) {
        write_struct(out, *member.nested, at);
    } else if (member.kind != FieldKind::number) {
        if (const auto text = member_text_of(member, at)) {
            out.value(*text);
        } else {
            out.bytes(at, member.element_size);
        }
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

/// `text`, in units of one, two or four bytes, into the member, which it need not fill.
template <class String>
void store_text(const StructMember& member, const String& text, std::byte* at) {
    constexpr std::size_t kUnit = sizeof(typename String::value_type);
    constexpr const char* kName = kUnit == 1 ? "char[" : kUnit == 2 ? "char16_t[" : "wchar_t[";
    const auto size = static_cast<std::size_t>(member.element_size);
    if (text.size() * kUnit > size) {
        throw CodecError("a string of " + std::to_string(text.size()) +
                         (kUnit == 1 ? " bytes" : " characters") + " does not fit a " + kName +
                         std::to_string(size / kUnit) + "]");
    }
    if (text.find(typename String::value_type{}) != text.npos) {
        throw CodecError("a char[] cannot hold a string with a zero byte");
    }
    std::memset(at, 0, size);
    std::memcpy(at, text.data(), text.size() * kUnit);
}

BRIDGE32_DETAIL_CODEC void read_member_bytes(Decoder& in, const StructMember& member,
                                             std::byte* at) {
    const auto bytes = read_bytes(in);
    const auto size = static_cast<std::size_t>(member.element_size);
    if (bytes.size() > size || (bytes.size() < size && member.kind == FieldKind::bytes)) {
        throw CodecError(std::to_string(bytes.size()) + " bytes do not fit a member of " +
                         std::to_string(size));
    }
    std::memset(at, 0, size);
    std::memcpy(at, bytes.data(), bytes.size());
}

/// Text or bytes, as which text may have been sent: see member_text_of.
BRIDGE32_DETAIL_CODEC void read_text(Decoder& in, const StructMember& member, std::byte* at) {
    const bool may_be_bytes =
        member.kind == FieldKind::text && member.code_page == FieldMarker::kUtf8;
    if (member.kind == FieldKind::bytes || (may_be_bytes && in.peek() == Kind::object)) {
        return read_member_bytes(in, member, at);
    }
    std::string scratch;
    const std::string_view text = read_string(in, scratch);
    if (member.kind == FieldKind::text) {
        const auto page = static_cast<CodePage>(member.code_page);
        store_text(member, page == CodePage::utf8 ? std::string(text) : from_utf8(text, page), at);
    } else if (member.dtype == Dtype::u2) {
        store_text(member, utf8_to_utf16(text), at);
    } else {
        store_text(member, utf8_to_wide<std::u32string>(text), at);
    }
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
    } else if (member.kind == FieldKind::structure) {
        read_struct(in, *member.nested, at);
    } else if (member.kind != FieldKind::number) {
        read_text(in, member, at);
    } else {
        visit_dtype(member.dtype, [&]<class T>(std::type_identity<T>) {
            const T value = in.value<T>();
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
