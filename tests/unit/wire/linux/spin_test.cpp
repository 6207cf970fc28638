#include "wire/spin.hpp"

#include <doctest/doctest.h>
#include <sched.h>

#include <chrono>
#include <thread>

namespace linux_spin_test {

using namespace bridge32::wire;
using namespace std::chrono_literals;

TEST_CASE("spin: a thread that may run on one processor only does not spin") {
    std::chrono::nanoseconds adaptive{-1};
    std::chrono::nanoseconds spin{-1};
    std::thread([&] {
        cpu_set_t all;
        REQUIRE(::sched_getaffinity(0, sizeof all, &all) == 0);
        int first = 0;
        while (!CPU_ISSET(first, &all))
            ++first;
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(first, &one);
        REQUIRE(::sched_setaffinity(0, sizeof one, &one) == 0);
        adaptive = SpinBudget(WaitMode::kAdaptive).get();
        spin = SpinBudget(WaitMode::kSpin).get();
    }).join();

    CHECK(adaptive == 0ns);
    CHECK(spin > 1h);  // who asks for it, gets it
}

}  // namespace linux_spin_test
