// The structs of the plugin `structs`, as plugin and client both see them.
#pragma once

#include <bridge32/codec.hpp>
#include <cstdint>

namespace structs {

struct Point {
    double x;
    double y;
};
BRIDGE32_STRUCT(Point, x, y)

/// `value` is at offset 4 on i386 Linux and at 8 on x86-64.
struct Sample {
    std::int32_t id;
    double value;
    char name[8];
};
BRIDGE32_STRUCT(Sample, id, value, name)

#pragma pack(push, 1)
struct Packed {
    std::uint8_t tag;
    double value;
};
#pragma pack(pop)
BRIDGE32_STRUCT(Packed, tag, value)

// [markers]
struct Place {
    std::int32_t number;
    char name[4];
    char raw[4];
    char16_t wide[2];
    std::int32_t corners[2];
};
BRIDGE32_STRUCT(Place, number, (name, latin1), (raw, bytes), wide, corners)
// [markers end]

}  // namespace structs
