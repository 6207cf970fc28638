/* The C headers of plugins and of the client do not clash, in C and, included by headers.cpp, in
 * C++. */
#include <bridge32/bridge32.h>
#include <bridge32/extensions.h>
#include <bridge32/plugin.h>

int32_t headers_together(bridge32_client* client, const bridge32_host* host) {
    int32_t result = BRIDGE32_OK;
    if (client == 0 || host == 0) result = BRIDGE32_STATUS_ERROR;
    return result;
}
