// Other programs that the tool runs.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace bridge32::tool {

struct Ran {
    bool started = false;
    int code = -1;  ///< -1: it did not start, ended by a fault, or was killed
    std::string out;
    std::string err;      ///< when it did not start, the reason
    std::string ended{};  ///< for people: "exit code 1", "SIGSEGV (…)"
};

/// Runs a program to its end, and kills it after `limit`.
Ran run_captured(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                 std::chrono::milliseconds limit = std::chrono::seconds(10));

/// Runs a program in our place: with our streams, until it ends. Returns its exit code. Throws
/// Error when it cannot be started.
int run_instead(const std::filesystem::path& program, const std::vector<std::string>& arguments);

}  // namespace bridge32::tool
