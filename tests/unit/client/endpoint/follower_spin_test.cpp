#include "client/endpoint/follower_spin.hpp"

#include <doctest/doctest.h>

namespace follower_spin_test {

using namespace bridge32;
using namespace bridge32::client;
using namespace std::chrono_literals;

namespace {
const auto kLater = [] { return Clock::now() + 10s; };
}

TEST_CASE("follower: finds what comes while it spins") {
    FollowerSpin follower(wire::WaitMode::kAdaptive, 1);
    int looks = 0;
    CHECK(follower.until([&] { return ++looks == 5; }, kLater()));
    CHECK(follower.until([] { return true; }, kLater()));
}

TEST_CASE("follower: gives up when nothing comes") {
    FollowerSpin follower(wire::WaitMode::kAdaptive, 1);
    const auto begin = Clock::now();
    CHECK_FALSE(follower.until([] { return false; }, kLater()));
    CHECK(Clock::now() - begin < 5s);
}

TEST_CASE("follower: only the allowed number of threads spins") {
    FollowerSpin follower(wire::WaitMode::kSpin, 1);
    bool second = true;
    CHECK(follower.until(
        [&] {
            second = follower.until([] { return true; }, kLater());
            return true;
        },
        kLater()));
    CHECK_FALSE(second);

    FollowerSpin none(wire::WaitMode::kSpin, 0);
    CHECK_FALSE(none.until([] { return true; }, kLater()));
}

}  // namespace follower_spin_test
