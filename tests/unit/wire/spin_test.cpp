#include "wire/spin.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace bridge32::wire;
using namespace std::chrono_literals;

TEST_CASE("spin: who finds its peer by yielding, yields at once the next time") {
    SpinBudget budget(WaitMode::kSpin);
    CHECK_FALSE(budget.peer_beside_us());

    budget.found_after_yielding(5us);
    CHECK(budget.peer_beside_us());

    SUBCASE("until the peer answers from elsewhere") { budget.found_while_spinning(); }
    SUBCASE("until a yield finds nobody to run") { budget.found_after_yielding(200ns); }
    SUBCASE("until a yield gives the processor away for long") { budget.found_after_yielding(3ms); }
    CHECK_FALSE(budget.peer_beside_us());
}
