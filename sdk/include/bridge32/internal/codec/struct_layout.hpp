// How a fixed-size struct lies in memory: ours as BRIDGE32_STRUCT says (codec/struct_members.hpp),
// a peer's as its dtype does (codec/struct_parse.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bridge32/internal/codec/dtype.hpp"
#include "bridge32/internal/json/writer.hpp"

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

/// `|S8`, `(2,3)<f8`: a dtype string that numpy.dtype takes. A nested struct is its dict, an
/// array of them `[dict,[3]]`, which stands for NumPy's tuple `(dict, (3,))`.
inline std::string format_text(const StructMember& member) {
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
inline std::string_view member_string(const StructMember& member, const std::byte* at) {
    const std::string_view whole(reinterpret_cast<const char*>(at),
                                 static_cast<std::size_t>(member.element_size));
    return whole.substr(0, whole.find('\0'));
}

/// The size of one element of the first of these dimensions.
inline std::size_t stride_of(const StructMember& member,
                             std::span<const std::uint64_t> dimensions) {
    std::uint64_t size = member.element_size;
    for (const std::uint64_t n : dimensions.subspan(1)) {
        size *= n;
    }
    return static_cast<std::size_t>(size);
}

inline std::string dtype_text(const StructLayout& layout) {
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

}  // namespace bridge32::detail
