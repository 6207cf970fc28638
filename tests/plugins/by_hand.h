/* What the plugins that are written in C, without the C++ layer, have in common. */
#ifndef BRIDGE32_TESTS_BY_HAND_H
#define BRIDGE32_TESTS_BY_HAND_H

#include <bridge32/plugin.h>
#include <stddef.h>
#include <string.h>

struct bridge32_instance {
    const bridge32_host* host;
};

static struct bridge32_instance the_instance;

static bridge32_instance* BRIDGE32_ABI create(const bridge32_host* host, bridge32_call* call,
                                              const bridge32_request* request) {
    (void)call;
    (void)request;
    the_instance.host = host;
    return &the_instance;
}

static inline int32_t reply(const bridge32_instance* instance, bridge32_call* call,
                            const char* json) {
    return instance->host->reply(instance->host, call, json, (uint32_t)strlen(json), NULL, 0);
}

static void BRIDGE32_ABI shutdown_instance(bridge32_instance* instance) { (void)instance; }

static void BRIDGE32_ABI destroy(bridge32_instance* instance) { (void)instance; }

static const void* BRIDGE32_ABI get_extension(const char* id) {
    (void)id;
    return NULL;
}

#define BY_HAND_TABLE(size, version, create_, call_)                                             \
    const bridge32_plugin* BRIDGE32_ABI bridge32_plugin_entry(uint32_t host_abi_version) {       \
        static const bridge32_plugin table = {size,      version,      0,     0,                 \
                                              "by hand", create_,      call_, shutdown_instance, \
                                              destroy,   get_extension};                         \
        (void)host_abi_version;                                                                  \
        return &table;                                                                           \
    }

#endif
