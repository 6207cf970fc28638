// The client's functions, called by the plugin.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "integration/support.hpp"

namespace callbacks_test {

namespace {

using bridge32::Client;
using bridge32::Json;
using bridge32::Mode;
using namespace std::chrono_literals;

/// An exception that has no equal on the other side.
struct OutOfRange : std::runtime_error {
    OutOfRange(const std::string& text, int its_code) : std::runtime_error(text), code(its_code) {}
    int code;
};

/// A private host and the same process, one after the other.
Client each_mode() {
    auto options = test::options();
    SUBCASE("in a host") {}
    SUBCASE("in process") { options.mode = Mode::in_process; }
    return Client("calls_back", options);
}

}  // namespace

TEST_CASE("callbacks: a lambda is called with the plugin's arguments, and its result arrives") {
    const Client c = each_mode();
    std::vector<double> seen;

    const int done = c.call<int>("scan", 5, [&](int i, double v) {
        CHECK(i == static_cast<int>(seen.size()));
        seen.push_back(v);
        return i < 3;
    });

    CHECK(done == 3);
    CHECK(seen == std::vector<double>{0.0, 0.5, 1.0, 1.5});
}

TEST_CASE("callbacks: run on the calling thread") {
    const Client c = each_mode();
    std::thread::id thread;

    c.call("scan", 1, [&](int, double) {
        thread = std::this_thread::get_id();
        return true;
    });

    CHECK(thread == std::this_thread::get_id());
}

TEST_CASE("callbacks: arguments and results of any type go through") {
    const Client c = each_mode();
    const std::vector<double> large(100'000, 0.25);

    const Json given = {{"a", 1}, {"b", {1.5, "x", nullptr}}};
    const Json json = c.call(
        "apply",
        [](const Json& value) {
            return Json{value, value};
        },
        given);
    CHECK(json == Json{given, given});

    std::size_t size = 0;
    const auto array = c.call<std::vector<double>>(
        "apply_array",
        [&](std::span<const double> x) {
            size = x.size();
            return std::vector<double>(x.rbegin(), x.rend());
        },
        large);
    CHECK(size == large.size());
    CHECK(array == large);

    std::function<Json(Json)> function = [](const Json&) { return Json("from a std::function"); };
    CHECK(c.call("apply", function, 1) == "from a std::function");
    CHECK_THROWS_WITH_AS(c.call("apply", nullptr, 1), doctest::Contains("the client passed null"),
                         bridge32::RemoteError);
}

TEST_CASE("callbacks: named arguments can be functions, optional ones null") {
    const Client c = each_mode();

    CHECK(c.call<int>("scan", bridge32::named(
                                  {{"n", 3}, {"point", [](int, double) { return true; }}})) == 3);
    CHECK(c.call<int>(
              "maybe", [] { return 1; }, [] { return 2; }) == 3);
    CHECK(c.call<int>("maybe", nullptr, nullptr) == -11);
}

TEST_CASE("callbacks: an exception of the lambda reaches the caller unchanged") {
    const Client c = each_mode();

    try {
        c.call("scan", 5, [](int i, double) -> bool {
            if (i == 2) throw OutOfRange("no third point", 42);
            return true;
        });
        FAIL("nothing was thrown");
    } catch (const OutOfRange& e) {
        CHECK(e.code == 42);
    }
    CHECK(c.call<int>("add", 1, 2) == 3);
}

TEST_CASE("callbacks: the plugin sees what the lambda threw, and may handle it") {
    const Client c = each_mode();

    const auto text = c.call<std::string>("swallow", [] { throw OutOfRange("no such point", 1); });
    CHECK(text.find("OutOfRange: no such point") != std::string::npos);
    CHECK(c.call<std::string>("swallow", [] {}) == "nothing thrown");

    try {
        c.call("replace", [] { throw OutOfRange("never seen", 1); });
        FAIL("nothing was thrown");
    } catch (const bridge32::RemoteError& e) {
        CHECK(e.message() == "something else");
    }
}

TEST_CASE("callbacks: arguments that do not fit are an error in the plugin") {
    const Client c = each_mode();

    CHECK_THROWS_WITH_AS(c.call("scan", 1, [](std::string, double) { return true; }),
                         doctest::Contains("the callback's arguments do not fit"),
                         bridge32::RemoteError);
    CHECK_THROWS_WITH_AS(c.call("scan", 1, [](int) { return true; }),
                         doctest::Contains("takes 1 arguments"), bridge32::RemoteError);
    CHECK_THROWS_WITH_AS(c.call("scan", 1, 7), doctest::Contains("expected a function"),
                         bridge32::InvalidArgument);
    CHECK_THROWS_WITH_AS(c.call("add", 1, [] { return 1; }), doctest::Contains("found a function"),
                         bridge32::InvalidArgument);
}

TEST_CASE("callbacks: the lambda may call the client again, which runs inside of the outer call") {
    const Client c = each_mode();

    const auto outer = c.call<std::uint64_t>("thread");
    std::vector<int> sums;
    std::vector<std::uint64_t> threads;
    c.call("scan", 3, [&](int i, double) {
        sums.push_back(c.call<int>("add", i, 10));
        threads.push_back(c.call<std::uint64_t>("thread"));
        return true;
    });

    CHECK(sums == std::vector<int>{10, 11, 12});
    CHECK(threads == std::vector<std::uint64_t>(3, outer));
}

TEST_CASE("callbacks: nesting works up to the maximum depth") {
    const Client c = each_mode();
    int deepest = 0;
    std::function<Json(Json)> descend = [&](const Json& level) {
        deepest = std::max(deepest, level.get<int>());
        return c.call("apply", descend, level.get<int>() + 1);
    };

    CHECK_THROWS_WITH_AS(c.call("apply", descend, 1), doctest::Contains("nested deeper than 64"),
                         bridge32::Error);
    CHECK(deepest >= 60);
    CHECK(deepest <= 64);
    CHECK(c.call<int>("add", 1, 2) == 3);
}

TEST_CASE("callbacks: become C functions with or without user data, also stdcall") {
    const Client c = each_mode();
    for (const char* method : {"scan_with_data", "scan_plain", "scan_stdcall"}) {
        CAPTURE(method);
        double sum = 0;

        CHECK(c.call<int>(method, 5, [&](int, double v) {
            sum += v;
            return true;
        }) == 5);
        CHECK(sum == 5.0);

        int calls = 0;
        CHECK_THROWS_AS(c.call<int>(method, 5,
                                    [&](int i, double) -> bool {
                                        ++calls;
                                        if (i == 1) throw OutOfRange("over C frames", 7);
                                        return true;
                                    }),
                        OutOfRange);
        CHECK(calls == 2);
    }
}

TEST_CASE("callbacks: a C string is the text of a callback that takes a reference to one") {
    const Client c = each_mode();

    const auto size = c.call<int>(
        "by_c_text", [](const std::string& text) { return static_cast<int>(text.size()); });

    CHECK(size == 57);
}

TEST_CASE("callbacks: the pool of C functions without user data is bounded, and given back") {
    const Client c = each_mode();

    for (int round = 0; round < 3; ++round) {
        const auto text =
            c.call<std::string>("take_all_functions", [](int, double) { return true; });
        CHECK(text.find("32: all 32 C functions of this signature are in use") == 0);
    }
    CHECK(c.call<int>("scan_plain", 2, [](int, double) { return true; }) == 2);
}

TEST_CASE("callbacks: from threads of the library, during the call") {
    const Client c = each_mode();
    std::mutex mutex;
    int seen = 0;

    const int sum = c.call<int>("from_threads", 4, 50, [&](int i) {
        const std::lock_guard lock(mutex);
        ++seen;
        return i;
    });

    CHECK(seen == 200);
    CHECK(sum == 199 * 200 / 2);
}

TEST_CASE("callbacks: from a thread of the library, the lambda may call the client again") {
    const Client c = each_mode();

    const int sum =
        c.call<int>("from_threads", 2, 10, [&](int i) { return c.call<int>("add", i, 1); });

    CHECK(sum == 19 * 20 / 2 + 20);
}

TEST_CASE("callbacks: other threads' calls wait for their turn while one runs") {
    const Client c = test::client("calls_back");
    std::atomic<bool> inside{false};
    std::atomic<bool> go_on{false};
    std::thread outer([&] {
        c.call("scan", 1, [&](int, double) {
            inside = true;
            test::eventually([&] { return go_on.load(); });
            return true;
        });
    });
    REQUIRE(test::eventually([&] { return inside.load(); }));

    auto future = c.async<int>("add", 1, 2);
    CHECK_FALSE(future.wait_for(50ms));  // the main thread is in the callback
    go_on = true;

    CHECK(future.get() == 3);
    outer.join();
}

TEST_CASE("callbacks: the lambda may destroy the client whose call runs it") {
    auto options = test::options();
    options.shutdown_timeout = std::chrono::milliseconds(200);  // the host waits for the lambda
    std::optional<bridge32::Client> c(std::in_place, "calls_back", options);

    CHECK_THROWS_AS(c->call("scan", 3,
                            [&](int, double) {
                                c.reset();
                                return true;
                            }),
                    bridge32::ConnectionClosed);

    CHECK_FALSE(c.has_value());
}

TEST_CASE(
    "callbacks: the lambda may shut down or destroy a client whose plugin is in this process") {
    auto options = test::options();
    options.mode = Mode::in_process;
    std::optional<Client> c(std::in_place, "calls_back", options);

    const int done = c->call<int>("scan", 3, [&](int i, double) {
        if (i == 0) c->shutdown();
        if (i == 1) CHECK_THROWS_AS(c->call("add", 1, 2), bridge32::ConnectionClosed);
        if (i == 2) c.reset();
        return true;
    });

    CHECK(done == 3);  // the plugin lives until its method returns
}

TEST_CASE("callbacks: a host that dies while one runs is a HostCrashed in the call") {
    Client c = test::client("calls_back");

    CHECK_THROWS_AS(c.call("scan", 5,
                           [&](int, double) {
                               c.terminate();
                               return true;
                           }),
                    bridge32::HostCrashed);
}

}  // namespace callbacks_test
