#include "base/times.hpp"

#include <doctest/doctest.h>

#include <chrono>

namespace times_test {

using namespace std::chrono_literals;
using bridge32::Clock;
using bridge32::deadline_after;
using bridge32::next_wait;
namespace times = bridge32::times;

TEST_CASE("times: a deadline is now at the earliest, and never when it is years away") {
    const auto before = Clock::now();

    const auto past = deadline_after(-5ms);

    CHECK(past >= before);
    CHECK(past <= Clock::now());
    CHECK(deadline_after(10s) >= before + 10s);
    CHECK(deadline_after(std::chrono::milliseconds::max()) == Clock::time_point::max());
}

TEST_CASE("times: a system call waits until the deadline, at most an hour") {
    CHECK(next_wait(Clock::now() - 1s) == 0ms);
    CHECK(next_wait(Clock::now() + 1us) <= 1ms);
    CHECK(next_wait(Clock::now() + 10s) > 9s);
    CHECK(next_wait(Clock::now() + 10s) <= 10s);
    CHECK(next_wait(Clock::time_point::max()) == times::kLongestWait);
}

}  // namespace times_test
