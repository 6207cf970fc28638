// How a fixed-size struct lies in memory: ours as BRIDGE32_STRUCT says, a peer's as its dtype does;
// and which structs this program or plugin describes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "bridge32/internal/codec/dtype.hpp"
#include "bridge32/internal/support/compiler.hpp"

namespace bridge32::detail {

/// A 64-bit mask tells which members of an object have been read.
inline constexpr std::size_t kMaxStructMembers = 64;

enum class FieldKind : std::uint8_t { number, text, structure };

struct StructLayout;

struct StructMember {
    std::string name;
    std::uint64_t offset = 0;
    FieldKind kind = FieldKind::number;
    Dtype dtype = Dtype::b1;                       // of a number
    std::uint64_t element_size = 0;                // in bytes
    std::vector<std::uint64_t> dimensions{};       // of an array; none for a single element
    std::uint64_t count = 1;                       // the product of the dimensions
    std::shared_ptr<const StructLayout> nested{};  // of a structure
};

struct StructLayout {
    std::string name;  // as BRIDGE32_STRUCT has it; empty for a peer's
    std::uint64_t size = 0;
    std::vector<StructMember> members;
    bool has_bool = false;  // a foreign byte may be no bool: never viewed in place
    std::string dtype;      // NumPy's dict form, as JSON
};

/// Fills in what follows from the members.
BRIDGE32_DETAIL_CODEC_API void finish_layout(StructLayout& layout);

/// Makes the member an array, or one of one dimension more.
inline void add_dimension(StructMember& member, std::uint64_t n) {
    member.dimensions.push_back(n);
    member.count *= n;
}

template <class T>
BRIDGE32_DETAIL_OWN const StructLayout& struct_layout();

/// One described struct. Made before main(), or when the plugin is loaded: nothing is
/// allocated then, and the layout is made when somebody asks.
class StructRegistration {
public:
    explicit StructRegistration(const StructLayout& (*make)()) noexcept;
    StructRegistration(const StructRegistration&) = delete;
    StructRegistration& operator=(const StructRegistration&) = delete;

    const StructLayout& layout() const { return layout_(); }
    const StructRegistration* next() const noexcept { return next_; }
    /// Mentions the object, so that it exists.
    void use() const noexcept {}

private:
    const StructLayout& (*layout_)();
    const StructRegistration* next_;
};

/// The first of this binary's registrations, in no particular order.
BRIDGE32_DETAIL_OWN inline const StructRegistration*& struct_registry() noexcept {
    static constinit const StructRegistration* first = nullptr;
    return first;
}

inline StructRegistration::StructRegistration(const StructLayout& (*make)()) noexcept
    : layout_(make), next_(struct_registry()) {
    struct_registry() = this;
}

template <class M>
inline constexpr std::size_t kStdArraySize = 0;
template <class M, std::size_t N>
inline constexpr std::size_t kStdArraySize<std::array<M, N>> = N;

template <class M>
void describe_number(StructMember& member) {
    static_assert(!std::is_pointer_v<M> && !std::is_member_pointer_v<M> && !std::is_reference_v<M>,
                  "BRIDGE32_STRUCT: a pointer is meaningless in another process; omit the member, "
                  "or pass its target as a separate argument");
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
        add_dimension(member, std::extent_v<M>);
        describe_member<std::remove_extent_t<M>>(member);
    } else if constexpr (kStdArraySize<M> != 0) {
        static_assert(sizeof(M) == kStdArraySize<M> * sizeof(typename M::value_type));
        add_dimension(member, kStdArraySize<M>);
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
                  "BRIDGE32_STRUCT: more than 64 members; move some into a separate struct");
    static_assert(
        std::is_trivially_copyable_v<T> && std::is_standard_layout_v<T>,
        "BRIDGE32_STRUCT: the struct must be standard-layout and trivially copyable, as in C");
    StructLayout layout{.name = name, .size = sizeof(T), .members = {}, .dtype = {}};
    (layout.members.push_back(std::move(members)), ...);
    finish_layout(layout);
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
