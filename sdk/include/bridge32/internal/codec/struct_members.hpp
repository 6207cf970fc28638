// The layout of a struct of ours, from the types of its members.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "bridge32/internal/codec/dtype.hpp"
#include "bridge32/internal/codec/struct_layout.hpp"
#include "bridge32/internal/codec/struct_registry.hpp"

namespace bridge32::detail {

template <class T>
BRIDGE32_DETAIL_OWN const StructLayout& struct_layout();

template <class M>
inline constexpr std::size_t kStdArraySize = 0;
template <class M, std::size_t N>
inline constexpr std::size_t kStdArraySize<std::array<M, N>> = N;

template <class M>
void describe_number(StructMember& member) {
    static_assert(!std::is_pointer_v<M> && !std::is_member_pointer_v<M> && !std::is_reference_v<M>,
                  "BRIDGE32_STRUCT: a pointer means nothing in the other process; leave the "
                  "member out, or pass what it points to as an argument of its own");
    static_assert(Element<M> || Boolean<M> || std::is_pointer_v<M> || std::is_reference_v<M> ||
                      std::is_member_pointer_v<M>,
                  "BRIDGE32_STRUCT: a member must be a number, bool, enum, char[N], "
                  "std::complex<float> or <double>, another BRIDGE32_STRUCT, or an array of these");
    if constexpr (Element<M> || Boolean<M>) {
        member.dtype = dtype_id<M>();
        member.element_size = sizeof(M);
    }
}

/// Fills in what the type of a member says.
template <class M>
void describe_member(StructMember& member) {
    if constexpr (std::is_same_v<std::remove_extent_t<M>, char> && std::rank_v<M> == 1) {
        member.kind = FieldKind::text;
        member.element_size = sizeof(M);
    } else if constexpr (std::is_array_v<M>) {
        member.dimensions.push_back(std::extent_v<M>);
        member.count *= std::extent_v<M>;
        describe_member<std::remove_extent_t<M>>(member);
    } else if constexpr (kStdArraySize<M> != 0) {
        static_assert(sizeof(M) == kStdArraySize<M> * sizeof(typename M::value_type));
        member.dimensions.push_back(kStdArraySize<M>);
        member.count *= kStdArraySize<M>;
        describe_member<typename M::value_type>(member);
    } else if constexpr (std::is_enum_v<M>) {
        describe_number<std::underlying_type_t<M>>(member);
    } else if constexpr (Struct<M>) {
        member.kind = FieldKind::structure;
        member.nested = {std::shared_ptr<void>(), &struct_layout<M>()};  // lives for ever
        member.element_size = sizeof(M);
    } else {
        describe_number<M>(member);
    }
}

template <class M>
StructMember struct_member(const char* name, std::size_t offset) {
    StructMember member{.name = name, .offset = offset};
    describe_member<std::remove_cv_t<M>>(member);
    return member;
}

/// What BRIDGE32_STRUCT makes of its arguments.
template <class T, class... Members>
StructLayout make_struct_layout(const char* name, Members... members) {
    static_assert(sizeof...(members) >= 1, "BRIDGE32_STRUCT: name the members");
    static_assert(sizeof...(members) <= kMaxStructMembers,
                  "BRIDGE32_STRUCT: more than 64 members; put some into a struct of their own");
    static_assert(std::is_trivially_copyable_v<T> && std::is_standard_layout_v<T>,
                  "BRIDGE32_STRUCT: the struct must be one that C could have");
    StructLayout layout{.name = name, .size = sizeof(T), .members = {}, .dtype = {}};
    (layout.members.push_back(std::move(members)), ...);
    for (const StructMember& member : layout.members) {
        layout.has_bool = layout.has_bool ||
                          (member.kind == FieldKind::structure
                               ? member.nested->has_bool
                               : member.kind == FieldKind::number && member.dtype == Dtype::b1);
    }
    layout.dtype = dtype_text(layout);
    return layout;
}

template <class T>
BRIDGE32_DETAIL_OWN inline const StructRegistration kStructRegistration{&struct_layout<T>};

/// The layout of a BRIDGE32_STRUCT, made once. To use it anywhere registers the struct when
/// the program or plugin is loaded.
template <class T>
BRIDGE32_DETAIL_OWN const StructLayout& struct_layout() {
    static const StructLayout layout = bridge32_struct(static_cast<const T*>(nullptr));
    kStructRegistration<T>.use();
    return layout;
}

}  // namespace bridge32::detail
