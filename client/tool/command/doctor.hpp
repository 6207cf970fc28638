// What `bridge32 doctor` finds.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace bridge32::tool {

struct Finding {
    enum class State {
        good,
        hint,     ///< something that only some need is not there
        problem,  ///< bridge32 does not work so
    };
    State state = State::good;
    std::string what;    ///< what was looked at: "32-bit programs"
    std::string found;   ///< a sentence
    std::string remedy;  ///< what to do about it; empty when it is good
};

/// Why `host`, a program that is there, does not start, as far as the system can tell; the
/// remedy. `reason` is what the system said.
Finding explain_no_start(const std::filesystem::path& host, const std::string& reason);

/// Memory that processes share, beyond that a segment can be made.
std::vector<Finding> look_at_memory();

/// What else people need on this system: run-time libraries and compilers for 32 bit.
std::vector<Finding> look_for_packages();

}  // namespace bridge32::tool
