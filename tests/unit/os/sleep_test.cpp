#include "os/sleep.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "base/names.hpp"
#include "os/segment.hpp"

namespace sleep_test {

using bridge32::os::SleepingPlace;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

/// No other process's: on Windows a sleeper is woken by its name.
const std::string kWord = bridge32::unguessable_name();

}  // namespace

TEST_CASE("sleep: a word that has changed already is not slept on") {
    std::atomic<std::uint32_t> word{2};
    std::atomic<std::uint32_t> events{0};
    SleepingPlace place(word, events, kWord);
    const auto start = Clock::now();

    place.sleep(1, 30s);

    CHECK(Clock::now() - start < 10s);
}

TEST_CASE("sleep: it ends at its timeout") {
    std::atomic<std::uint32_t> word{1};
    std::atomic<std::uint32_t> events{0};
    SleepingPlace place(word, events, kWord);
    const auto start = Clock::now();

    while (Clock::now() - start < 10ms)  // it may return early
        place.sleep(1, 10ms);

    CHECK(Clock::now() - start < 10s);
}

TEST_CASE("sleep: returns at once with a time of zero") {
    std::atomic<std::uint32_t> word{1};
    std::atomic<std::uint32_t> events{0};
    SleepingPlace place(word, events, kWord);
    const auto start = Clock::now();

    place.sleep(1, 0ns);
    place.sleep(1, -5s);

    CHECK(Clock::now() - start < 10s);
}

TEST_CASE("sleep: waking ends even a sleep of the longest time") {
    std::atomic<std::uint32_t> word{0};
    std::atomic<std::uint32_t> events{0};
    std::thread waker([&] {
        SleepingPlace place(word, events, kWord);
        word.store(1);
        place.wake();
    });
    SleepingPlace place(word, events, kWord);

    while (word.load() == 0)
        place.sleep(0, std::chrono::nanoseconds::max());

    waker.join();
    CHECK(word.load() == 1);
}

TEST_CASE("sleep: the longest sleep is no busy loop") {
    std::atomic<std::uint32_t> word{0};
    std::atomic<std::uint32_t> events{0};
    std::atomic<std::uint32_t> turns{0};
    std::thread sleeper([&] {
        SleepingPlace place(word, events, kWord);
        while (word.load() == 0) {
            // More seconds than a 32-bit `long` holds.
            place.sleep(0, std::chrono::seconds(3'000'000'000));
            ++turns;
        }
    });
    std::this_thread::sleep_for(50ms);  // nothing to await: the point is that nothing happens
    word.store(1);
    SleepingPlace(word, events, kWord).wake();
    sleeper.join();

    CHECK(turns.load() < 5);
}

TEST_CASE("sleep: there is a processor") { CHECK(bridge32::os::usable_processors() >= 1); }

}  // namespace sleep_test
