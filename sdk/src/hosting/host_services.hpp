#pragma once
#include "hosting/host_table.hpp"  // moved
