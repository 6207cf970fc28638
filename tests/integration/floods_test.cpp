// Plugins that send more events and callbacks than a client can take.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "integration/support.hpp"

namespace floods_test {

namespace {

using bridge32::Client;
using bridge32::ClientOptions;
using bridge32::Dispatch;
using bridge32::Mode;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// What takes a moment, on a machine that does much else.
constexpr auto kSoon = 20s;

}  // namespace

TEST_CASE("floods: a call does not wait behind events between calls") {
    auto options = test::options();
    bool handler = false;
    SUBCASE("without a handler") {}
    SUBCASE("with a slow one") { handler = true; }
    SUBCASE("that nobody polls") {
        handler = true;
        options.dispatch = Dispatch::poll;
    }
    SUBCASE("through a small ring") { options.ring_bytes = 4096; }
    Client c("floods", options);
    if (handler) c.on_event("flood", [](const std::string&) { std::this_thread::sleep_for(1ms); });
    c.call("start", 100);

    const auto begin = Clock::now();
    int right = 0;
    for (int i = 0; i < 20; ++i)
        right += c.call<int>("add", i, 1) == i + 1 ? 1 : 0;

    CHECK(right == 20);
    CHECK(Clock::now() - begin < kSoon);
    CHECK(test::eventually([&] { return c.get<std::uint64_t>("emitted") > 0; }));
    c.call("stop");
}

TEST_CASE("floods: what belongs to a call comes through beside events between calls") {
    auto options = test::options();
    options.ring_bytes = 4096;
    int seen = 0;
    int runs = 0;
    Client c("floods", options);
    c.on_event("progress", [&](int i) { seen += i == seen ? 1 : -1'000'000; });
    c.call("start", 100);

    const auto begin = Clock::now();
    c.call("progress", 50);
    CHECK(c.call<int>("call_back", 20, [&](int i) {
        ++runs;
        return i;
    }) == 190);

    CHECK(seen == 50);
    CHECK(runs == 20);
    CHECK(Clock::now() - begin < kSoon);
    c.call("stop");
}

TEST_CASE("floods: a call ends at its limit while the host sends what belongs to it") {
    std::atomic<int> seen{0};
    Client c = test::client("floods");
    c.on_event("flood", [&](const std::string&) { ++seen; });
    const auto begin = Clock::now();

    SUBCASE("events") {
        CHECK_THROWS_AS(c.with_timeout(100ms).call("events"), bridge32::TimeoutError);
    }
    SUBCASE("callbacks") {
        CHECK_THROWS_AS(c.with_timeout(100ms).call("callbacks", [&] { ++seen; }),
                        bridge32::TimeoutError);
    }
    SUBCASE("events, of a future") {
        auto future = c.async("events");
        CHECK_FALSE(future.wait_for(100ms));
        future.cancel();
    }

    CHECK(Clock::now() - begin < kSoon);
    CHECK(seen > 0);
    CHECK(c.with_timeout(10s).call<int>("add", 1, 2) == 3);
}

TEST_CASE("floods: poll ends at its limit") {
    auto options = test::options();
    options.dispatch = Dispatch::poll;
    SUBCASE("in a host") {}
    SUBCASE("in process") { options.mode = Mode::in_process; }
    Client c("floods", options);
    c.on_event("flood", [](const std::string&) { std::this_thread::sleep_for(1ms); });
    c.call("start", 10);

    const auto begin = Clock::now();
    CHECK(test::eventually([&] { return c.poll(100ms) > 0; }));
    c.poll(100ms);

    CHECK(Clock::now() - begin < kSoon);
    c.call("stop");
}

TEST_CASE("floods: shutdown ends at its limit") {
    auto options = test::options();
    options.kwargs = {{"at_the_end", 30'000}};
    options.shutdown_timeout = 100ms;
    Client c("floods", options);
    c.on_event("flood", [](const std::string&) {});
    const auto begin = Clock::now();

    SUBCASE("asked for") { c.shutdown(); }
    SUBCASE("by the client's end") { const Client end = std::move(c); }

    CHECK(Clock::now() - begin < kSoon);
}

}  // namespace floods_test
