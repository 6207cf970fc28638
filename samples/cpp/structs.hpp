// Lets plugin and client exchange the library's structs.
#pragma once

#include <bridge32/struct.hpp>

#include "library.h"

BRIDGE32_STRUCT(Point, x, y)
BRIDGE32_STRUCT(FourPoints, points)
// NPoints is left out: a pointer means nothing in another process.
