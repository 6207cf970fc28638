// A client of the plugin that all scenarios use: plugin.cpp.
#pragma once

#include <sys/types.h>

#include <bridge32/client.hpp>

namespace bench {

bridge32::Client own_client(bridge32::ClientOptions options = {});

/// Its host's process.
inline pid_t host_of(const bridge32::Client& client) {
    return static_cast<pid_t>(client.host_info().pid);
}

}  // namespace bench
