// A client of the plugin that all scenarios use: plugin.cpp.
#pragma once

#include <bridge32/client.hpp>

namespace bench {

bridge32::Client own_client(bridge32::ClientOptions options = {});

}  // namespace bench
