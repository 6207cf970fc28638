// Futures, batches, calls without reply, and calls that run at once.
#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "integration/support.hpp"

namespace async_test {

namespace {

using bridge32::Client;
using bridge32::Json;
using bridge32::Mode;
using namespace std::chrono_literals;

Client each_mode(const char* plugin = "calls_back") {
    auto options = test::options();
    SUBCASE("in a host") {}
    SUBCASE("in process") { options.mode = Mode::in_process; }
    return Client(plugin, options);
}

}  // namespace

TEST_CASE("async: then runs with the result, and chains") {
    Client c = each_mode();

    auto future =
        c.async<int>("add", 1, 2).then([](int sum) { return sum * 10; }).then([&](int value) {
            return std::to_string(c.call<int>("add", value, 1));
        });

    CHECK(future.get() == "31");
}

TEST_CASE("async: an error skips the continuations and comes out of get") {
    Client c = each_mode();
    bool ran = false;

    auto future = c.async<int>("no_such_method").then([&](int value) {
        ran = true;
        return value;
    });

    CHECK_THROWS_AS(future.get(), bridge32::MethodNotFound);
    CHECK_FALSE(ran);
}

TEST_CASE("async: get rethrows an exception of a continuation") {
    Client c = each_mode();
    auto future = c.async<int>("add", 1, 2).then([](int) -> int {
        throw std::out_of_range("from the continuation");
    });
    CHECK_THROWS_AS(future.get(), std::out_of_range);
}

TEST_CASE("async: then without a result, and get in Dispatch::poll") {
    auto options = test::options();
    options.dispatch = bridge32::Dispatch::poll;
    Client c("calls_back", options);
    std::thread::id thread;

    auto future = c.async<void>("sleep_ms", 1).then([&] {
        thread = std::this_thread::get_id();
        return 5;
    });

    CHECK(future.get() == 5);
    CHECK(thread == std::this_thread::get_id());
}

TEST_CASE("async: get on a consumed future throws") {
    Client c = each_mode();
    auto future = c.async<int>("add", 1, 2);
    auto next = future.then([](int value) { return value; });
    CHECK_THROWS_WITH_AS(future.get(), doctest::Contains("consumed"), bridge32::Error);
    CHECK(next.get() == 3);
    CHECK_THROWS_WITH_AS(next.get(), doctest::Contains("consumed"), bridge32::Error);
}

TEST_CASE("async: continuations of a host that dies get the error") {
    Client c = test::client("calls_back");
    auto future = c.async<void>("sleep_ms", 20'000).then([] { return 1; });
    c.terminate();
    CHECK_THROWS_AS(future.get(), bridge32::HostCrashed);
}

TEST_CASE("async: each of many pending futures gets its own reply") {
    const Client c = each_mode();
    std::vector<bridge32::Future<int>> futures;
    for (int i = 0; i < 300; ++i)
        futures.push_back(c.async<int>("add", i, 1));
    for (int i = 299; i >= 0; --i)
        REQUIRE(futures[static_cast<std::size_t>(i)].get() == i + 1);
}

TEST_CASE("concurrent: a plugin that allows it runs calls in parallel") {
    const Client c = each_mode("concurrent");
    std::vector<std::thread> threads;
    std::atomic<int> met{0};
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] { met += c.call<bool>("meet", 4, 10'000) ? 1 : 0; });
    for (auto& thread : threads)
        thread.join();
    CHECK(met == 4);
}

TEST_CASE("concurrent: a slow call holds up no fast one, and replies overtake each other") {
    const Client c = test::client("concurrent");
    auto slow = c.async<bool>("until_cancelled", 20'000);
    for (int i = 0; i < 100; ++i)
        REQUIRE(c.call<int>("add", i, 1) == i + 1);
    CHECK_FALSE(slow.wait_for(0ms));
    slow.cancel();
}

TEST_CASE("concurrent: callbacks and events of several calls find their own callers") {
    Client c = each_mode("concurrent");
    std::vector<std::thread> threads;
    std::atomic<int> wrong{0};
    c.on_event("progress", [](int) {});
    for (int t = 0; t < 6; ++t) {
        threads.emplace_back([&, t] {
            for (int round = 0; round < 20; ++round) {
                const auto own = std::this_thread::get_id();
                const int sum = c.call<int>("scan", 10, [&](int i) {
                    if (std::this_thread::get_id() != own) ++wrong;
                    return c.call<int>("add", i, t);
                });
                if (sum != 45 + 10 * t) ++wrong;
                c.call("progress", 5);
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    CHECK(wrong == 0);
}

TEST_CASE("batch: several calls are one message, and each has its result in its place") {
    const Client c = each_mode();
    const std::vector<double> large(50'000, 0.5);

    const auto results = c.batch()
                             .call("add", 1, 2)
                             .call("twice", large)
                             .call("no_such_method")
                             .get("counted")
                             .call("add", "x", 1)
                             .call("twice", std::vector<double>{1.5})
                             .send();

    REQUIRE(results.size() == 6);
    CHECK(results[0].get<int>() == 3);
    CHECK(results[1].get<std::vector<double>>() == std::vector<double>(large.size(), 1.0));
    CHECK(results[2].failed());
    CHECK_THROWS_AS(results[2].get(), bridge32::MethodNotFound);
    CHECK(results[3].get<int>() == 0);
    CHECK_THROWS_AS(results[4].get<int>(), bridge32::InvalidArgument);
    CHECK(results[5].get<std::vector<double>>() == std::vector<double>{3.0});
    CHECK(results[5].get<std::vector<double>>() == std::vector<double>{3.0});
}

TEST_CASE("batch: callbacks and their exceptions work, and an empty one is nothing") {
    const Client c = each_mode();

    const auto results =
        c.batch()
            .call(
                "apply", [](const Json& x) { return x; }, 7)
            .call("swallow", [] { throw std::out_of_range("mine"); })
            .call("scan", 1, [](int, double) -> bool { throw std::out_of_range("mine"); })
            .send();
    CHECK(results[0].get<int>() == 7);
    CHECK(results[1].get<std::string>().find("mine") != std::string::npos);
    CHECK_THROWS_AS(results[2].get<int>(), std::out_of_range);

    CHECK(c.batch().send().empty());
}

TEST_CASE("batch: one time limit applies to the whole batch") {
    const Client c = test::client("calls_back");
    auto batch = c.with_timeout(100ms).batch();
    for (int i = 0; i < 100; ++i)
        batch.call("sleep_ms", 10);
    CHECK_THROWS_AS(batch.send(), bridge32::TimeoutError);
}

TEST_CASE("notify: calls without reply are pipelined and kept in order") {
    const Client c = each_mode();
    for (int i = 0; i < 5000; ++i)
        c.notify("count");
    CHECK(c.get<int>("counted") == 5000);
}

}  // namespace async_test
