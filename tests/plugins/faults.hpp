// Ways in which a library ends the process that it runs in.
#pragma once

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>

namespace faults {

// Volatile and not local, or the compiler sees through what follows.
inline volatile int zero = 0;
inline volatile int* volatile nowhere = nullptr;

// Sanitizers leave these to the system, so that the host dies of the signal.
__attribute__((no_sanitize("undefined"))) inline void segv() { *nowhere = 1; }
__attribute__((no_sanitize("undefined"))) inline void fpe() { zero = 7 / zero; }

inline int recurse(int depth) {
    volatile char page[4096];
    page[0] = static_cast<char>(depth);
    return depth == 1'000'000 + zero ? 0 : recurse(depth + 1) + page[0];
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
    if (how == "fpe") return fpe();
    if (how == "ill") __builtin_trap();
    if (how == "kill_self") return static_cast<void>(std::raise(SIGKILL));
    if (how == "terminate") std::terminate();
    if (how == "hang") hang();
    throw std::invalid_argument("no such fault: " + how);
}

}  // namespace faults
