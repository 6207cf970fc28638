// Lets the plugin send the library's struct to the client.
#pragma once

#include <bridge32/struct.hpp>

#include "library.h"

BRIDGE32_STRUCT(SYSTEMTIME, Year, Month, DayOfWeek, Day, Hour, Minute, Second, Milliseconds)
