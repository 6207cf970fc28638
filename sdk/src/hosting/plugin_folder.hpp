#pragma once
#include "hosting/plugin_search.hpp"  // moved
