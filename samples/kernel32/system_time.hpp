// The struct that GetLocalTime fills: local time, months start at 1, Sunday is 0.
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
