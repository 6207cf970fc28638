#include "wire/spin.hpp"

#include <doctest/doctest.h>

#include <chrono>

namespace spin_test {

using namespace bridge32::wire;
namespace times = bridge32::times;
using namespace std::chrono_literals;

TEST_CASE("spin: after a yield that found the peer, the next wait yields at once") {
    SpinBudget budget(WaitMode::kSpin);
    CHECK_FALSE(budget.peer_beside_us());

    budget.found_after_yielding(5us);
    CHECK(budget.peer_beside_us());

    SUBCASE("until the peer answers from elsewhere") { budget.found_while_spinning(); }
    SUBCASE("until a yield finds nobody to run") { budget.found_after_yielding(200ns); }
    SUBCASE("until a yield gives the processor away for long") { budget.found_after_yielding(3ms); }
    CHECK_FALSE(budget.peer_beside_us());
}

TEST_CASE("doorbell: the spin time shrinks while spinning fails, and recovers") {
    SpinBudget budget(WaitMode::kAdaptive);
    if (budget.get() == 0ns) {
        MESSAGE("[skipped] there is one processor: spinning is off");
        return;
    }
    REQUIRE(budget.get() == times::kLongestSpin);

    for (int i = 0; i < 7; ++i)
        budget.had_to_sleep(1s);
    CHECK(budget.get() == times::kLongestSpin);
    budget.had_to_sleep(1s);
    CHECK(budget.get() == times::kLongestSpin / 2);
    for (int i = 0; i < 1000; ++i)
        budget.had_to_sleep(1s);
    CHECK(budget.get() == times::kShortestSpin);

    SUBCASE("by success") { budget.found_while_spinning(); }
    SUBCASE("by a sleep that a longer spin would have saved") { budget.had_to_sleep(50us); }

    CHECK(budget.get() == times::kLongestSpin);
}

TEST_CASE("doorbell: the other two ways of waiting do not adapt") {
    SpinBudget spin(WaitMode::kSpin);
    SpinBudget block(WaitMode::kBlock);
    const auto forever = spin.get();
    CHECK(forever > 1h);
    CHECK(block.get() == 0ns);

    for (int i = 0; i < 100; ++i) {
        spin.had_to_sleep(1s);
        block.had_to_sleep(1ns);
        block.found_while_spinning();
    }

    CHECK(spin.get() == forever);
    CHECK(block.get() == 0ns);
}

}  // namespace spin_test
