#pragma once
#include "binary/dependencies.hpp"  // moved
