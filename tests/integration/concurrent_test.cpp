// Calls of a concurrent plugin: those that come one at a time run on the thread that reads, and
// nothing else waits for them.
#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <thread>

#include "integration/server.hpp"
#include "integration/support.hpp"

namespace concurrent_test {

namespace {

using bridge32::Client;
using namespace std::chrono_literals;

/// From now on the host's lookout runs the calls.
void call_alone(const Client& client) {
    for (int i = 0; i < 200; ++i)
        REQUIRE(client.call<int>("add", i, 1) == i + 1);
}

/// Two calls of which each waits for the other, and one that neither does.
void check_that_calls_overlap(const Client& client) {
    call_alone(client);
    auto first = client.async<bool>("meet", 2, 20'000);
    CHECK(client.call<int>("add", 1, 2) == 3);
    CHECK_FALSE(first.wait_for(0ms));
    CHECK(client.call<bool>("meet", 2, 20'000));
    CHECK(first.get());
}

}  // namespace

TEST_CASE("concurrent: calls that wait for each other all end") {
    const auto c = test::client("concurrent");
    check_that_calls_overlap(c);
    call_alone(c);
    CHECK(c.call<bool>("meet", 1, 0));
}

TEST_CASE("concurrent: a call that runs on the reading thread can call back, which calls again") {
    const auto c = test::client("concurrent");
    call_alone(c);

    const int sum = c.call<int>(
        "scan", 20, [&](int i) { return c.call<int>("add", i, c.call<int>("add", i, 1)); });

    CHECK(sum == 2 * 190 + 20);
}

TEST_CASE("concurrent: a call that runs on the reading thread is cancelled") {
    auto c = test::client("concurrent");
    call_alone(c);

    CHECK_THROWS_AS(c.with_timeout(100ms).call<bool>("until_cancelled", 60'000),
                    bridge32::TimeoutError);

    CHECK(c.call<int>("add", 1, 2) == 3);
    const auto begin = std::chrono::steady_clock::now();
    c.shutdown();  // waits for the call
    CHECK(std::chrono::steady_clock::now() - begin < 30s);
}

TEST_CASE("concurrent: a client that closes gets the replies of calls that run") {
    auto c = test::client("concurrent");
    call_alone(c);
    auto running = c.async<void>("sleep_ms", 100);

    c.shutdown();

    CHECK_NOTHROW(running.get());
}

TEST_CASE("concurrent: a crash in a call that runs on the reading thread is reported") {
    const auto c = test::client("crashes_concurrent");
    call_alone(c);
    std::string what;
    try {
        c.call("segv");
    } catch (const bridge32::HostCrashed& crash) {
        what = crash.what();
    }
    CHECK(what.find("crashes_concurrent.segv") != std::string::npos);
}

TEST_CASE("concurrent: in a shared host no client waits for another's call") {
    test::Server server(test::name("overlaps"));
    const auto c = server.connect("concurrent");
    auto other = server.connect("concurrent");
    const auto plain = server.connect("echo");
    check_that_calls_overlap(c);
    call_alone(c);
    auto waiting = c.async<bool>("meet", 3, 20'000);

    call_alone(plain);
    call_alone(other);
    other.shutdown();
    auto late = server.connect("concurrent");
    call_alone(late);
    late.shutdown();

    CHECK_FALSE(waiting.wait_for(0ms));
    auto second = c.async<bool>("meet", 3, 20'000);
    CHECK(c.call<bool>("meet", 3, 20'000));
    CHECK(second.get());
    CHECK(waiting.get());
}

}  // namespace concurrent_test
