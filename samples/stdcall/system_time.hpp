// The library's struct, as what the plugin sends to the client.
#pragma once

#include <bridge32/struct.hpp>

#include "library.h"

BRIDGE32_STRUCT(SYSTEMTIME, Year, Month, DayOfWeek, Day, Hour, Minute, Second, Milliseconds)
