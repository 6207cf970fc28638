/* Was built for another version of the plugin ABI. */
#include "by_hand.h"

static void BRIDGE32_ABI call(bridge32_instance* instance, bridge32_call* record,
                              const bridge32_request* request) {
    (void)request;
    reply(instance, record, "{\"result\":null}");
}

BY_HAND_TABLE(sizeof(bridge32_plugin), 999, create, call)
