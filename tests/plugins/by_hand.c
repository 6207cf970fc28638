/* A whole plugin in plain C: answers every call with 42. */
#include "by_hand.h"

static void BRIDGE32_ABI call(bridge32_instance* instance, bridge32_call* record,
                              const bridge32_request* request) {
    (void)request;
    reply(instance, record, "{\"result\":42}");
}

BY_HAND_TABLE(sizeof(bridge32_plugin), BRIDGE32_ABI_VERSION, create, call)
