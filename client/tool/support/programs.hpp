// Runs other programs.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace bridge32::tool {

struct Ran {
    bool started = false;
    int code = -1;  ///< -1: it did not start, crashed, or was killed
    std::string out;
    std::string err;      ///< if it did not start, the reason
    std::string ended{};  ///< for people: "exit code 1", "SIGSEGV (…)"
};

/// Runs a program, and kills it after `limit`.
Ran run_captured(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                 std::chrono::milliseconds limit = std::chrono::seconds(10));

/// Runs a program in place of this one, with our streams. Returns its exit code if it returns at
/// all. Throws Error if it cannot be started.
int run_instead(const std::filesystem::path& program, const std::vector<std::string>& arguments);

}  // namespace bridge32::tool
