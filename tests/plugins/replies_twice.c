/* Answers with 1 and then with what the host said to a second answer. */
#include <stdio.h>

#include "by_hand.h"

static void BRIDGE32_ABI call(bridge32_instance* instance, bridge32_call* record,
                              const bridge32_request* request) {
    char text[32];
    (void)request;
    reply(instance, record, "{\"result\":1}");
    snprintf(text, sizeof text, "second reply: %d", (int)reply(instance, record, "{\"result\":2}"));
    instance->host->log(instance->host, BRIDGE32_LOG_WARNING, text, (uint32_t)strlen(text));
}

BY_HAND_TABLE(sizeof(bridge32_plugin), BRIDGE32_ABI_VERSION, create, call)
