#include "bridge32/internal/support/thread_scope.hpp"

#include <doctest/doctest.h>

#include <thread>

namespace thread_scope_test {

namespace {

struct Step {
    explicit Step(int its_number) : number(its_number) {}

    int number;
    bridge32::detail::ThreadScope<Step> scope{*this};
};
using Scope = bridge32::detail::ThreadScope<Step>;

Step* find(int number) {
    return Scope::find([number](const Step& step) { return step.number == number; });
}

}  // namespace

TEST_CASE("thread scope: the innermost object is on top, and then the outer again") {
    CHECK(Scope::innermost() == nullptr);
    Step outer(1);
    CHECK(Scope::innermost() == &outer);
    {
        Step inner(2);
        CHECK(Scope::innermost() == &inner);
        CHECK(find(1) == &outer);
        CHECK(find(2) == &inner);
        CHECK(find(3) == nullptr);
    }
    CHECK(Scope::innermost() == &outer);
    CHECK(find(2) == nullptr);
}

TEST_CASE("thread scope: of two objects that are wanted the innermost is found") {
    Step outer(1);
    Step inner(1);
    CHECK(find(1) == &inner);
    CHECK(&outer != &inner);
}

TEST_CASE("thread scope: each thread has a stack of its own") {
    Step here(1);
    Step* elsewhere = &here;
    std::thread([&] { elsewhere = Scope::innermost(); }).join();
    CHECK(elsewhere == nullptr);
}

}  // namespace thread_scope_test
