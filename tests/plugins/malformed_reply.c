/* Answers with what is no reply. */
#include "by_hand.h"

static void BRIDGE32_ABI call(bridge32_instance* instance, bridge32_call* record,
                              const bridge32_request* request) {
    (void)request;
    reply(instance, record, "{\"result\":");
}

BY_HAND_TABLE(sizeof(bridge32_plugin), BRIDGE32_ABI_VERSION, create, call)
