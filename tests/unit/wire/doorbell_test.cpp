#include "wire/doorbell.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

#include "base/names.hpp"
#include "os/segment.hpp"
#include "unit/wire/support.hpp"

namespace doorbell_test {

using namespace bridge32::wire;
using bridge32::Clock;
using bridge32::test::Random;
using namespace std::chrono_literals;

namespace {

/// No other process's: on Windows a sleeper is woken by its name.
const std::string kBell = bridge32::unguessable_name();

/// Waits, without a time of its own, until the owner of the bell says that it sleeps.
void await_sleeper(const DoorbellWords& words) {
    while (words.sleeping.load() == 0)
        std::this_thread::yield();
}

/// Two threads take turns in counting, up to 2 * `rounds` or, on a busy machine, for two
/// seconds. True when neither waited in vain.
bool ping_pong(WaitMode mode, std::uint32_t rounds, bool dawdle) {
    constexpr std::uint32_t kOver = 0xFFFF'FFFF;
    DoorbellWords words[2]{};
    std::atomic<std::uint32_t> count{0};
    std::atomic<bool> in_vain{false};
    const auto end = Clock::now() + 2s;
    const auto play = [&](std::uint32_t own) {
        Doorbell mine(words[own], kBell + std::to_string(own), mode);
        Doorbell other(words[1 - own], kBell + std::to_string(1 - own), mode);
        Random random(own);
        for (std::uint32_t turn = own; turn < 2 * rounds; turn += 2) {
            std::uint32_t seen = 0;
            const auto my_turn = [&] {
                seen = count.load(std::memory_order_acquire);
                return seen == turn || seen == kOver;
            };
            if (!mine.wait(my_turn, Clock::now() + 20s)) in_vain = true;
            if (in_vain || seen == kOver) return;
            if (dawdle && random.below(64) == 0) {
                // About as long as the other one spins: it is just going to sleep.
                const auto until = Clock::now() + std::chrono::microseconds(random.below(150));
                while (Clock::now() < until) {
                }
            }
            const bool over = Clock::now() > end;
            count.store(over ? kOver : turn + 1, std::memory_order_release);
            other.ring();
            if (over) return;
        }
    };
    std::thread second(play, 1);
    play(0);
    second.join();
    return !in_vain;
}

}  // namespace

TEST_CASE("doorbell: does not wait if there is work already") {
    DoorbellWords words{};
    Doorbell bell(words, kBell, WaitMode::kBlock);

    CHECK(bell.wait([] { return true; }, Clock::now() - 1s));

    CHECK(words.sleeping.load() == 0);
}

TEST_CASE("doorbell: a wait ends at its deadline and not before") {
    for (const auto mode : {WaitMode::kAdaptive, WaitMode::kSpin, WaitMode::kBlock}) {
        DoorbellWords words{};
        Doorbell bell(words, kBell, mode);
        CAPTURE(static_cast<int>(mode));
        const auto start = Clock::now();

        CHECK_FALSE(bell.wait([] { return false; }, start + 20ms));

        CHECK(Clock::now() - start >= 20ms);
        CHECK(words.sleeping.load() == 0);
    }
}

TEST_CASE("doorbell: a deadline in the past is no wait") {
    for (const auto mode : {WaitMode::kAdaptive, WaitMode::kSpin, WaitMode::kBlock}) {
        DoorbellWords words{};
        Doorbell bell(words, kBell, mode);

        CHECK_FALSE(bell.wait([] { return false; }, Clock::now() - 1s));
    }
}

TEST_CASE("doorbell: ringing wakes a sleeper, whose deadline may be for ever") {
    for (const auto mode : {WaitMode::kAdaptive, WaitMode::kBlock}) {
        DoorbellWords words{};
        std::atomic<bool> ready{false};
        std::thread ringer([&] {
            Doorbell bell(words, kBell, mode);
            await_sleeper(words);
            ready.store(true);
            bell.ring();
        });
        Doorbell bell(words, kBell, mode);

        CHECK(bell.wait([&] { return ready.load(); }, Clock::time_point::max()));

        ringer.join();
        CHECK(words.sleeping.load() == 0);
        CHECK(words.sequence.load() == 1);
    }
}

TEST_CASE("doorbell: work that arrives just before the sleep ends the wait") {
    for (const int moment : {1, 2}) {  // before and after the owner says that it sleeps
        CAPTURE(moment);
        DoorbellWords words{};
        Doorbell bell(words, kBell, WaitMode::kBlock);
        Doorbell peer(words, kBell, WaitMode::kBlock);
        bool published = false;
        int looks = 0;
        const auto ready_but_a_moment_late = [&] {
            const bool seen = published;
            if (++looks == moment) {
                published = true;
                peer.ring();
            }
            return seen;
        };
        const auto start = Clock::now();

        CHECK(bell.wait(ready_but_a_moment_late, start + 20s));

        CHECK(Clock::now() - start < 10s);
        CHECK(words.sequence.load() == (moment == 1 ? 0 : 1));
    }
}

TEST_CASE("doorbell: a sleeper that is woken for nothing sleeps on") {
    DoorbellWords words{};
    std::atomic<bool> ready{false};
    std::thread ringer([&] {
        Doorbell bell(words, kBell, WaitMode::kBlock);
        for (int i = 0; i < 100; ++i) {
            await_sleeper(words);
            bell.ring();
        }
        ready.store(true);
        bell.ring();
    });
    Doorbell bell(words, kBell, WaitMode::kBlock);

    CHECK(bell.wait([&] { return ready.load(); }, Clock::now() + 20s));

    ringer.join();
}

TEST_CASE("doorbell: all threads that sleep at one bell wake") {
    DoorbellWords words{};
    std::atomic<bool> ready{false};
    std::atomic<int> woken{0};
    const auto sleep = [&] {
        Doorbell bell(words, kBell, WaitMode::kBlock);
        if (bell.wait([&] { return ready.load(); }, Clock::now() + 20s)) ++woken;
    };
    std::thread first(sleep);
    std::thread second(sleep);
    while (words.sleeping.load() != 2)
        std::this_thread::yield();

    ready.store(true);
    Doorbell(words, kBell, WaitMode::kBlock).ring();
    first.join();
    second.join();

    CHECK(woken.load() == 2);
    CHECK(words.sleeping.load() == 0);
    CHECK(words.sequence.load() == 1);
}

TEST_CASE("doorbell: a thread that wakes does not hide another sleeper") {
    DoorbellWords words{};
    std::atomic<int> work{0};
    const auto sleep_until = [&](int wanted) {
        Doorbell bell(words, kBell, WaitMode::kBlock);
        CHECK(bell.wait([&] { return work.load() >= wanted; }, Clock::now() + 20s));
    };
    std::thread first(sleep_until, 1);
    std::thread second(sleep_until, 2);
    Doorbell bell(words, kBell, WaitMode::kBlock);
    while (words.sleeping.load() != 2)
        std::this_thread::yield();

    work.store(1);
    bell.ring();
    first.join();
    CHECK(words.sleeping.load() == 1);
    work.store(2);
    bell.ring();
    second.join();

    CHECK(words.sleeping.load() == 0);
}

TEST_CASE("doorbell: an exception from the check for work leaves no sleeper registered") {
    DoorbellWords words{};
    Doorbell bell(words, kBell, WaitMode::kBlock);
    int looks = 0;
    const auto throws_at_second = [&]() -> bool {
        if (++looks == 2) throw 1;
        return false;
    };

    CHECK_THROWS_AS(bell.wait(throws_at_second, Clock::now() + 20s), int);

    CHECK(words.sleeping.load() == 0);
}

TEST_CASE("doorbell: nobody asleep, no system call; wake counts whoever is there or not") {
    DoorbellWords words{};
    Doorbell bell(words, kBell, WaitMode::kAdaptive);

    bell.ring();
    CHECK(words.sequence.load() == 0);
    bell.wake();
    CHECK(words.sequence.load() == 1);
}

TEST_CASE("doorbell: wake-ups are never lost") {
    SUBCASE("adaptive") { CHECK(ping_pong(WaitMode::kAdaptive, 100'000, false)); }
    SUBCASE("adaptive, at the edge of sleep") {
        CHECK(ping_pong(WaitMode::kAdaptive, 5'000, true));
    }
    SUBCASE("always asleep") { CHECK(ping_pong(WaitMode::kBlock, 5'000, false)); }
    SUBCASE("never asleep") { CHECK(ping_pong(WaitMode::kSpin, 2'000, false)); }
}

}  // namespace doorbell_test
