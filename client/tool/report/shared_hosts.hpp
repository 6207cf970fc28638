// The shared hosts that run.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tool/terminal/output.hpp"

namespace bridge32::tool {

struct RunningHost {
    std::string name;
    std::uint32_t pid = 0;
    int bits = 0;
    std::uint32_t clients = 0;
    std::uint64_t calls = 0;
    std::chrono::milliseconds uptime{0};
    std::optional<std::uint64_t> memory{};  ///< resident, in bytes; nothing if unknown
};

/// This user's shared hosts.
std::vector<RunningHost> list_hosts();

Report to_report(const RunningHost& host);

/// The resident memory of another process of this user.
std::optional<std::uint64_t> memory_of(std::uint32_t pid);

}  // namespace bridge32::tool
