/* Its entry returns nothing. */
#include <bridge32/plugin.h>
#include <stddef.h>

const bridge32_plugin* BRIDGE32_ABI bridge32_plugin_entry(uint32_t host_abi_version) {
    (void)host_abi_version;
    return NULL;
}
