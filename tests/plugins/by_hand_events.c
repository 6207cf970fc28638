/* A plugin in plain C that asks the host for more than the core of the C ABI: answers every call
 * after an event. */
#include <bridge32/extensions.h>

#include "by_hand.h"

// [emit]
static int32_t emit(const bridge32_host* host, bridge32_call* record, const char* json) {
    const bridge32_clients* clients = host->get_extension(host, BRIDGE32_CLIENTS);
    if (clients == NULL) return BRIDGE32_NOT_SENT; /* an older host */
    bridge32_peer* client = clients->client_of(host, record);
    int32_t code = clients->emit(host, client, record, json, (uint32_t)strlen(json), NULL, 0);
    clients->release(host, client);
    return code;
}
// [emit end]

static void BRIDGE32_ABI call(bridge32_instance* instance, bridge32_call* record,
                              const bridge32_request* request) {
    (void)request;
    const int32_t code = emit(instance->host, record, "{\"event\":\"progress\",\"args\":[0.5]}");
    reply(instance, record, code == BRIDGE32_OK ? "{\"result\":42}" : "{\"result\":null}");
}

BY_HAND_TABLE(sizeof(bridge32_plugin), BRIDGE32_ABI_VERSION, create, call)
