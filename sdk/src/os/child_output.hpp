#pragma once
#include "os/process.hpp"  // moved
