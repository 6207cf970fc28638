// What the system says of a process, to see that nothing is left behind. Linux.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace test {

inline long entries(const std::filesystem::path& folder) {
    std::error_code gone;
    return std::distance(std::filesystem::directory_iterator(folder, gone),
                         std::filesystem::directory_iterator());
}
inline std::filesystem::path proc(std::uint32_t pid) {
    return std::filesystem::path("/proc") / std::to_string(pid);
}
inline long descriptors(std::uint32_t pid) { return entries(proc(pid) / "fd"); }
inline long threads(std::uint32_t pid) { return entries(proc(pid) / "task"); }
inline long mappings(std::uint32_t pid) {
    std::ifstream maps(proc(pid) / "maps");
    long count = 0;
    for (std::string line; std::getline(maps, line);)
        ++count;
    return count;
}
/// In KiB.
inline long resident(std::uint32_t pid) {
    std::ifstream status(proc(pid) / "status");
    for (std::string word; status >> word;) {
        long value = 0;
        if (word == "VmRSS:" && status >> value) return value;
    }
    return 0;
}

inline bool ignores(std::uint32_t pid, int signal) {
    std::ifstream status(proc(pid) / "status");
    for (std::string word; status >> word;) {
        if (word == "SigIgn:" && status >> word)
            return (std::stoull(word, nullptr, 16) >> (signal - 1) & 1) == 1;
    }
    return false;
}

}  // namespace test
