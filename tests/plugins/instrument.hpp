// The structs of the plugin `instrument`, which its clients include too.
#pragma once

// [struct]
#include <bridge32/struct.hpp>
#include <cstdint>

struct Peak {
    std::int32_t channel;
    double time;
    double height;
    char unit[8];
};
BRIDGE32_STRUCT(Peak, channel, time, height, unit)

#pragma pack(push, 1)
struct Header {
    std::uint8_t version;
    double rate;
};
#pragma pack(pop)
BRIDGE32_STRUCT(Header, version, rate)
// [struct end]
