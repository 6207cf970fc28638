/* Makes no instance and does not say why. */
#include "by_hand.h"

static bridge32_instance* BRIDGE32_ABI refuse(const bridge32_host* host, bridge32_call* call,
                                              const bridge32_request* request) {
    if (request == NULL) {
        return create(host, call, request);
    }
    return NULL;
}

static void BRIDGE32_ABI call(bridge32_instance* instance, bridge32_call* record,
                              const bridge32_request* request) {
    (void)request;
    reply(instance, record, "{\"result\":null}");
}

BY_HAND_TABLE(sizeof(bridge32_plugin), BRIDGE32_ABI_VERSION, refuse, call)
