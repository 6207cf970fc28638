/* Has a table that ends before its functions begin. */
#include "by_hand.h"

static void BRIDGE32_ABI call(bridge32_instance* instance, bridge32_call* record,
                              const bridge32_request* request) {
    (void)request;
    reply(instance, record, "{\"result\":null}");
}

BY_HAND_TABLE(offsetof(bridge32_plugin, create), BRIDGE32_ABI_VERSION, create, call)
