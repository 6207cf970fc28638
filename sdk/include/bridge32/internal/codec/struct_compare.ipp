// The functions of struct_compare.hpp.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "bridge32/internal/codec/struct_compare.hpp"
#include "bridge32/internal/codec/struct_layout.ipp"
#include "bridge32/internal/codec/untyped.hpp"
#include "bridge32/internal/support/codec_error.hpp"

namespace bridge32::detail {

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
    return a.kind == b.kind && a.dimensions == b.dimensions && a.dtype == b.dtype &&
           a.code_page == b.code_page &&
           (a.kind == FieldKind::structure || a.element_size == b.element_size);
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

}  // namespace bridge32::detail
