#include "client/endpoint/interruptible_sleep.hpp"

#include <doctest/doctest.h>

#include <thread>

namespace interruptible_sleep_test {

using namespace bridge32;
using bridge32::client::InterruptibleSleep;
using namespace std::chrono_literals;

TEST_CASE("interruptible sleep: ends at its deadline") {
    InterruptibleSleep sleep;
    CHECK_FALSE(sleep.until(Clock::now() + 1ms));
}

TEST_CASE("interruptible sleep: an interruption ends it, or the next one") {
    InterruptibleSleep sleep;
    std::thread other([&] {
        std::this_thread::sleep_for(10ms);
        sleep.interrupt();
    });
    CHECK(sleep.until(Clock::now() + 10s));
    other.join();
    CHECK_FALSE(sleep.interrupted());

    CHECK(sleep.interrupt());
    CHECK_FALSE(sleep.interrupt());  // nobody has used up the first
    CHECK(sleep.interrupted());
    CHECK(sleep.until(Clock::now() + 10s));
    CHECK_FALSE(sleep.take());
}

}  // namespace interruptible_sleep_test
