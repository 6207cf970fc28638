#include "client/endpoint/handover_policy.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "client/endpoint/reader_turn.hpp"

namespace handover_policy_test {

namespace {

using bridge32::Clock;
using bridge32::client::HandoverPolicy;
using bridge32::client::ReaderTurn;
using Wake = HandoverPolicy::Wake;
using namespace std::chrono_literals;
namespace times = bridge32::times;

void make_busy(HandoverPolicy& policy) {
    for (int call = 0; call < 100 && !policy.busy(); ++call)
        policy.call_ended(/*others_sleep=*/true);
}

/// Threads that call in a loop, by a fake clock: a call takes about half a microsecond, to be woken
/// twenty. A thread that finds the turn taken sleeps until it is woken or looks for itself.
class Callers {
public:
    explicit Callers(std::size_t count) : threads_(count) {}

    void run_until(Clock::time_point end) {
        while (next().ready < end) {
            now_ = next().ready;
            step(next());
        }
    }
    std::uint64_t calls() const {
        std::uint64_t sum = 0;
        for (const auto& thread : threads_)
            sum += thread.calls;
        return sum;
    }
    std::uint64_t wakes() const { return wakes_; }
    std::uint64_t fewest_calls() const {
        return std::min_element(threads_.begin(), threads_.end(),
                                [](auto& a, auto& b) { return a.calls < b.calls; })
            ->calls;
    }

private:
    struct Thread {
        Clock::time_point ready{};
        bool reads = false;
        bool asleep = false;
        std::uint64_t calls = 0;
    };

    Thread& next() {
        return *std::min_element(threads_.begin(), threads_.end(),
                                 [](auto& a, auto& b) { return a.ready < b.ready; });
    }
    void step(Thread& thread) {
        if (std::exchange(thread.asleep, false)) turn_.end_sleep();
        if (std::exchange(thread.reads, false)) {
            ++thread.calls;
            const auto wake = policy_.call_ended(turn_.anyone_sleeps());
            if (turn_.release() && wake != Wake::kNobody) wake_up(wake);
            thread.ready = now_ + irregular(100);  // what it does between its calls
        } else if (turn_.try_take()) {
            thread.reads = true;
            thread.ready = now_ + irregular(400);
        } else if (turn_.begin_sleep()) {
            thread.asleep = true;
            thread.ready = now_ + policy_.longest_sleep();
        }
    }
    /// From `least` to twice that.
    std::chrono::nanoseconds irregular(unsigned least) {
        random_ = random_ * 1664525 + 1013904223;
        return std::chrono::nanoseconds(least + (random_ >> 16) % least);
    }
    void wake_up(Wake wake) {
        for (auto& thread : threads_) {
            if (!thread.asleep) continue;
            ++wakes_;
            thread.ready = std::min(thread.ready, now_ + 20us);
            if (wake == Wake::kNext) return;
        }
    }

    HandoverPolicy policy_;
    ReaderTurn turn_;
    std::vector<Thread> threads_;
    Clock::time_point now_{};
    std::uint64_t wakes_ = 0;
    std::uint32_t random_ = 1;
};

}  // namespace

TEST_CASE("handover: each call wakes the next thread until the endpoint is busy") {
    HandoverPolicy policy;
    CHECK(policy.longest_sleep() == times::kPeerLook);

    int calls = 0;
    while (!policy.busy() && calls < 100) {
        const auto wake = policy.call_ended(/*others_sleep=*/true);
        CHECK(wake == (policy.busy() ? Wake::kAll : Wake::kNext));  // all: they sleep for too long
        ++calls;
    }

    CHECK(calls == 8);
    CHECK(policy.call_ended(true) == Wake::kNobody);
    CHECK(policy.longest_sleep() == times::kBusyLook);
    CHECK(policy.longest_read() == times::kBusyWait);
}

TEST_CASE("handover: a busy endpoint becomes idle") {
    HandoverPolicy policy;
    make_busy(policy);
    REQUIRE(policy.busy());

    SUBCASE("when a reader has to wait") { policy.had_to_wait(); }
    SUBCASE("when a thread has called alone for a while") {
        for (int call = 0; call < 256; ++call)
            policy.call_ended(/*others_sleep=*/false);
    }

    CHECK_FALSE(policy.busy());
    CHECK(policy.call_ended(true) == Wake::kNext);
}

TEST_CASE("handover: threads that are woken for their replies make it busy sooner") {
    HandoverPolicy policy;
    for (int reply = 0; reply < 4; ++reply)
        policy.woke_for_reply();
    policy.call_ended(true);
    CHECK(policy.busy());
}

TEST_CASE(
    "handover: with a fake clock, eight threads call as fast as one, and all have their turn") {
    Callers one(1);
    Callers eight(8);

    one.run_until(Clock::time_point(200ms));
    eight.run_until(Clock::time_point(200ms));

    CHECK(eight.calls() > one.calls());  // when one does something else, another one calls
    CHECK(eight.wakes() < eight.calls() / 1000);
    CHECK(eight.fewest_calls() > 0);
}

}  // namespace handover_policy_test
