// Sizes, alignments and offsets of types for a target.
#pragma once

#include <cstdint>
#include <vector>

#include "interface/target.hpp"
#include "interface/type.hpp"

namespace bridge32::interfaces {

struct Extent {
    std::uint64_t size;   ///< in bytes
    std::uint64_t align;  ///< in bytes, as a member; `double` on i386 Linux: 4

    bool operator==(const Extent&) const = default;
};

/// Throws Error for what has no size: void, a function, an incomplete struct, one that contains
/// itself, one over 2 GiB.
Extent extent_of(const Type& type, Target target);

/// Of a member of a struct or union.
struct Place {
    std::uint64_t offset;          ///< in bytes; of a bit-field: of the first byte with a bit of it
    std::uint32_t bit_offset = 0;  ///< of a bit-field, within that byte, from the lowest bit
    std::uint32_t unit = 0;  ///< how many bytes have a bit of a bit-field, 1 to 8 (9 if it has
                             ///< 64 bits in a packed struct), not beyond the struct's end;
                             ///< 0: no bit-field, or one of 0 bits

    bool operator==(const Place&) const = default;
};

struct RecordLayout {
    Extent extent;
    std::vector<Place> places;  ///< one for each member, in their order
};

/// `record` is complete. GCC's and Clang's rules for Linux (bit-fields are packed into units that
/// they share with what is before), Microsoft's for Windows (each bit-field of another size begins
/// a unit).
RecordLayout layout_of(const Type& record, Target target);

/// How many bytes of a 32-bit stack the arguments take, as the decorated name `f@8` has them.
/// Throws Error for a type without a size.
std::uint64_t argument_bytes(const Signature& signature, Target target);

}  // namespace bridge32::interfaces
