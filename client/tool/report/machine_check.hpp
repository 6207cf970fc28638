// Whether bridge32 works on this machine: what `bridge32 doctor` reports.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace bridge32::tool {

struct Finding {
    enum class State {
        kGood,
        kHint,     ///< something is missing that only some users need
        kProblem,  ///< bridge32 does not work
    };
    State state = State::kGood;
    std::string what;    ///< what was checked: "32-bit programs"
    std::string found;   ///< a sentence
    std::string remedy;  ///< what to do; empty if it is good
};

std::vector<Finding> examine_machine();

/// "ok", "hint", "problem"
const char* text_of(Finding::State state) noexcept;

// For each platform.

/// Why `host`, an existing program, does not start, and the remedy. `reason`: what the system said.
Finding explain_no_start(const std::filesystem::path& host, const std::string& reason);

/// How much shared memory there is.
std::vector<Finding> check_memory();

/// 32-bit runtime libraries and compilers.
std::vector<Finding> check_packages();

}  // namespace bridge32::tool
