#include "tool/report/shared_hosts.hpp"

#include <unistd.h>

#include <fstream>

namespace bridge32::tool {

std::optional<std::uint64_t> memory_of(std::uint32_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/statm");
    std::uint64_t all = 0;
    std::uint64_t resident = 0;
    if (!(file >> all >> resident)) return std::nullopt;
    return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace bridge32::tool
