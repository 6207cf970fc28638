// The library's structs, as what plugin and client send each other.
#pragma once

#include <bridge32/struct.hpp>

#include "library.h"

BRIDGE32_STRUCT(Point, x, y)
BRIDGE32_STRUCT(FourPoints, points)
// Not NPoints: a pointer means nothing in another process.
