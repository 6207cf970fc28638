// Calls, of bridge32.h: what is behind bridge32_reply.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bridge32/bridge32.h"

struct bridge32_reply {
    struct Buffer {
        const void* data;
        std::uint64_t size;
        std::shared_ptr<const void> owner;
    };
    std::string json;
    std::vector<Buffer> buffers;

    /// Adds a copy of `bytes`.
    void add(std::string_view bytes);
};
