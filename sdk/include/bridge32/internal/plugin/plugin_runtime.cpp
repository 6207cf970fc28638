// All that BRIDGE32_SPLIT_PLUGIN leaves out of the headers: bridge32_add_plugin links it into
// plugins.
#define BRIDGE32_DETAIL_RUNTIME
#include "bridge32/plugin.hpp"
#include "bridge32/text.hpp"
