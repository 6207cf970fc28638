// Ways in which a library ends the process that it runs in.
#pragma once

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <limits>
#include <stdexcept>
#include <string>
#include <thread>

namespace faults {

// Sanitizers leave what follows to the system, so that the host dies of the signal.
__attribute__((no_sanitize("undefined"))) inline void segv() {
    int* volatile nowhere = nullptr;
    *nowhere = 1;
}

inline int recurse(int depth) {
    volatile char page[4096];
    page[0] = static_cast<char>(depth);
    return depth == std::numeric_limits<int>::max() ? 0 : recurse(depth + 1) + page[0];
}

__attribute__((no_sanitize("undefined"))) inline int divide(int by) {
    volatile int dividend = 7;
    volatile int divisor = by;
    return dividend / divisor;
}

[[noreturn]] inline void hang() {
    for (;;) {
        std::this_thread::sleep_for(std::chrono::hours(1));
    }
}

/// Does what `how` names. Throws std::invalid_argument for any other name.
inline void cause(const std::string& how) {
    if (how == "segv") return segv();
    if (how == "abort") std::abort();
    if (how == "exit") std::exit(3);
    if (how == "quick_exit") std::quick_exit(4);
    if (how == "stack_overflow") return static_cast<void>(recurse(0));
    if (how == "fpe") return static_cast<void>(divide(0));
    if (how == "ill") __builtin_trap();
    if (how == "kill_self") return static_cast<void>(std::raise(SIGKILL));
    if (how == "terminate") std::terminate();
    if (how == "hang") hang();
    throw std::invalid_argument("no such fault: " + how);
}

}  // namespace faults
