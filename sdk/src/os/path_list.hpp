#pragma once
#include "os/path.hpp"  // moved
