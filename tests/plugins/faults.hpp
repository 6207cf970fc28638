// Ways in which a library ends the process that it runs in.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace faults {

/// What `cause` knows.
inline constexpr const char* kNames[] = {
    "segv",      "fpe",      "ill",           "call_null",      "abort_",         "exit_",
    "hard_exit", "noexcept", "thread_throws", "thread_crashes", "stack_overflow", "heap_corruption",
    "hang",      "loop",     "terminate_"};

// Volatile and not local, or the compiler sees through what follows.
inline volatile int zero = 0;
inline volatile int* volatile nowhere = nullptr;

// Each a function of its own, that its name is in the backtrace. Sanitizers leave them to the
// system, so that the host dies of the signal.
#define BRIDGE32_TEST_FAULT __attribute__((noinline, no_sanitize("undefined", "address")))

BRIDGE32_TEST_FAULT inline void segv() { *nowhere = 1; }
BRIDGE32_TEST_FAULT inline void fpe() { zero = 7 / zero; }
BRIDGE32_TEST_FAULT inline void ill() {
    __builtin_trap();  // an instruction that no processor knows
}
BRIDGE32_TEST_FAULT inline void call_null() {
    using Function = void (*)();
    auto* const function = reinterpret_cast<Function>(const_cast<int*>(nowhere));
    function();
    zero = 0;  // no tail call: the caller stays on the stack
}
BRIDGE32_TEST_FAULT inline void abort_() { std::abort(); }

BRIDGE32_TEST_FAULT inline int recurse(int depth) {
    volatile char page[4096];
    page[0] = static_cast<char>(depth);
    return depth == 1'000'000 + zero ? 0 : recurse(depth + 1) + page[0];
}

/// Writes beyond the ends of blocks until the allocator notices.
BRIDGE32_TEST_FAULT inline void corrupt_heap() {
    constexpr std::size_t kBlock = 40;
    std::vector<char*> blocks;
    for (int i = 0; i < 1000; ++i) {
        blocks.push_back(static_cast<char*>(std::malloc(kBlock)));
        for (std::size_t at = 0; at < 4 * kBlock; ++at)
            blocks.back()[at + static_cast<std::size_t>(zero)] = '\x5a';
    }
    for (char* const block : blocks)
        std::free(block);
    std::abort();  // an allocator that notices nothing
}

inline void throws() { throw std::runtime_error("the library's own words"); }
inline void throws_in_noexcept() noexcept { throws(); }

inline std::atomic<bool> hanging{false};

[[noreturn]] inline void hang() {
    hanging = true;
    for (;;) {
        std::this_thread::sleep_for(std::chrono::hours(1));
    }
}

/// On a thread that outlives the call, when a later one hangs.
template <class Work>
void later(const Work& work) {
    std::thread([work] {
        while (!hanging)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        work();
    }).detach();
}

/// Does what `how` names. Throws std::invalid_argument for any other name.
inline void cause(const std::string& how) {
    if (how == "segv") return segv();
    if (how == "abort_") return abort_();
    if (how == "exit_") std::exit(3);
    if (how == "hard_exit") std::_Exit(4);
    if (how == "stack_overflow") return static_cast<void>(recurse(0));
    if (how == "heap_corruption") return corrupt_heap();
    if (how == "fpe") return fpe();
    if (how == "ill") return ill();
    if (how == "call_null") return call_null();
    if (how == "terminate_") std::terminate();
    if (how == "noexcept") return throws_in_noexcept();
    if (how == "thread_throws") return later(throws);
    if (how == "thread_crashes") return later(segv);
    if (how == "hang") hang();
    if (how == "loop") {
        while (zero == 0) {
        }
    }
    throw std::invalid_argument("no such fault: " + how);
}

}  // namespace faults
