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

/// `wide` is UTF-16 or UTF-32, by its dtype, u2 or u4.
enum class FieldKind : std::uint8_t { number, text, structure, bytes, wide };

/// What a marker of BRIDGE32_STRUCT says of a member.
struct FieldMarker {
    FieldKind kind = FieldKind::number;
    std::uint32_t code_page = kUtf8;

    static constexpr std::uint32_t kUtf8 = 65001;
};

struct StructLayout;

struct StructMember {
    std::string name;
    std::uint64_t offset = 0;
    FieldKind kind = FieldKind::number;
    Dtype dtype = Dtype::b1;                       // of a number, and of a unit of wide text
    std::uint32_t code_page = FieldMarker::kUtf8;  // of text
    std::uint64_t element_size = 0;                // in bytes; that of a whole text
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
    static_assert(
        !std::is_union_v<M>,
        "BRIDGE32_STRUCT: a union does not say which of its members is valid; list the one "
        "that is (v.i), or send its bytes with (v, bytes)");
    static_assert(!std::is_pointer_v<M> && !std::is_member_pointer_v<M> && !std::is_reference_v<M>,
                  "BRIDGE32_STRUCT: a pointer is meaningless in another process; omit the member, "
                  "or pass its target as a separate argument");
    static_assert(std::is_union_v<M> || !std::is_trivially_copyable_v<M> || Element<M> ||
                      Boolean<M> || std::is_pointer_v<M> || std::is_reference_v<M> ||
                      std::is_member_pointer_v<M>,
                  "BRIDGE32_STRUCT: a member must be a number, bool, enum, char[N], "
                  "std::complex<float> or <double>, another BRIDGE32_STRUCT, or an array of these");
    if constexpr (Element<M> || Boolean<M>) {
        member.dtype = dtype_id<M>();
        member.element_size = sizeof(M);
    }
}

template <class M, class... Units>
inline constexpr bool kIsArrayOf = std::rank_v<M> == 1 &&
                                   (std::is_same_v<std::remove_extent_t<M>, Units> || ...);

/// Fills in what the type of a member says, and its marker.
template <class M, FieldMarker marker>
void describe_member(StructMember& member) {
    using Unit = std::remove_extent_t<M>;
    if constexpr (marker.kind == FieldKind::bytes) {
        static_assert(std::is_trivially_copyable_v<M> && !std::is_pointer_v<M>,
                      "BRIDGE32_STRUCT: (member, bytes) needs a member without pointers");
        member.kind = FieldKind::bytes;
        member.element_size = sizeof(M);
    } else if constexpr (kIsArrayOf<M, char, signed char, unsigned char> &&
                         marker.kind == FieldKind::text) {
        member.kind = FieldKind::text;
        member.code_page = marker.code_page;
        member.element_size = sizeof(M);
    } else if constexpr (kIsArrayOf<M, char> && marker.kind == FieldKind::number) {
        member.kind = FieldKind::text;
        member.element_size = sizeof(M);
    } else if constexpr (kIsArrayOf<M, wchar_t, char16_t> ||
                         (kIsArrayOf<M, std::uint16_t, short, int, unsigned> &&
                          marker.kind == FieldKind::wide)) {
        static_assert(marker.kind == FieldKind::wide || marker.kind == FieldKind::number,
                      "BRIDGE32_STRUCT: a member of wide characters has no code page");
        member.kind = FieldKind::wide;
        member.dtype = sizeof(Unit) == 2 ? Dtype::u2 : Dtype::u4;
        member.element_size = sizeof(M);
    } else if constexpr (std::is_array_v<M>) {
        add_dimension(member, std::extent_v<M>);
        describe_member<Unit, marker>(member);
    } else if constexpr (kStdArraySize<M> != 0) {
        static_assert(sizeof(M) == kStdArraySize<M> * sizeof(typename M::value_type));
        add_dimension(member, kStdArraySize<M>);
        describe_member<typename M::value_type, marker>(member);
    } else if constexpr (marker.kind != FieldKind::number) {
        static_assert(marker.kind == FieldKind::number,
                      "BRIDGE32_STRUCT: text needs a member of characters, such as char[N]");
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

/// A member with its place, as a type.
template <std::size_t start, std::size_t size>
struct PlacedMember : StructMember {
    static constexpr std::size_t kStart = start;
    static constexpr std::size_t kEnd = start + size;
};

template <class M, std::size_t start>
struct FieldPlace {};

/// `place(pointer to T)` is a FieldPlace; it cannot be called for a bit-field.
template <class T, FieldMarker marker, class Place>
auto struct_member(const char* name, const Place&) {
    constexpr bool kHasAddress = std::is_invocable_v<const Place&, T*>;
    static_assert(
        kHasAddress,
        "BRIDGE32_STRUCT: a bit-field has no address of its own. Declare a struct of plain "
        "members for the client, and copy the bit-fields into it in the method");
    if constexpr (kHasAddress) {
        const auto make = [&]<class M, std::size_t start>(FieldPlace<M, start>) {
            PlacedMember<start, sizeof(M)> member{{.name = name, .offset = start}};
            describe_member<std::remove_cv_t<M>, marker>(member);
            return member;
        };
        return make(std::invoke_result_t<const Place&, T*>());
    } else {
        return PlacedMember<0, 0>();
    }
}

/// Whether each member has bytes of its own.
template <class... Members>
consteval bool are_apart() {
    const std::size_t starts[] = {Members::kStart...};
    const std::size_t ends[] = {Members::kEnd...};
    for (std::size_t i = 0; i < sizeof...(Members); ++i) {
        for (std::size_t k = 0; k < i; ++k) {
            if (starts[i] < ends[k] && starts[k] < ends[i]) {
                return false;
            }
        }
    }
    return true;
}

/// What BRIDGE32_STRUCT makes of its arguments.
template <class T, class... Members>
StructLayout make_struct_layout(const char* name, Members... members) {
    static_assert(
        are_apart<Members...>(),
        "BRIDGE32_STRUCT: two members share their bytes, as those of a union do; list the "
        "one that is valid");
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
