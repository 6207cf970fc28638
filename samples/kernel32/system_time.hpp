// What GetLocalTime fills, as winbase.h describes it: in local time, months from 1, Sunday is 0.
#pragma once

#include <bridge32/struct.hpp>
#include <cstdint>

struct SystemTime {
    std::uint16_t year;
    std::uint16_t month;
    std::uint16_t day_of_week;
    std::uint16_t day;
    std::uint16_t hour;
    std::uint16_t minute;
    std::uint16_t second;
    std::uint16_t milliseconds;
};
BRIDGE32_STRUCT(SystemTime, year, month, day_of_week, day, hour, minute, second, milliseconds)
