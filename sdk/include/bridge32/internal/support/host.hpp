// What the plugin knows of the host that loaded it. plugin.hpp fills it in before it
// constructs the plugin.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bridge32/internal/support/compiler.hpp"
#include "bridge32/plugin.h"

namespace bridge32::detail {

/// The host's table, null outside a host (a unit test of a plugin's classes, say).
BRIDGE32_DETAIL_OWN inline const bridge32_host* host = nullptr;

/// The folder in which the plugin's file lies, UTF-8; empty outside a host.
BRIDGE32_DETAIL_OWN inline std::string plugin_folder;

/// A bridge32_text_receiver whose `user` is the std::string to write.
inline void BRIDGE32_ABI receive_text(void* user, const char* text, std::uint32_t size) noexcept {
    static_cast<std::string*>(user)->assign(text, size);
}

inline std::uint32_t size_of(std::string_view text) noexcept {
    return static_cast<std::uint32_t>(text.size());
}

}  // namespace bridge32::detail
