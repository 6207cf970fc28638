// The shared hosts of this user's that run.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bridge32::tool {

struct RunningHost {
    std::string name;
    std::uint32_t pid = 0;
    int bits = 0;
    std::uint32_t clients = 0;
    std::uint64_t calls = 0;
    std::chrono::milliseconds uptime{0};
    std::optional<std::uint64_t> memory =
        {};  ///< in bytes, of what is in RAM; where the system tells
};

std::vector<RunningHost> list_hosts();

/// Of another process of this user's.
std::optional<std::uint64_t> memory_of(std::uint32_t pid);

}  // namespace bridge32::tool
