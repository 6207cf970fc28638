// Time limits, cancelling, and hosts that are ended and started again.
#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>

#include "integration/support.hpp"

namespace deadline_test {

namespace {

using bridge32::Client;
using namespace std::chrono_literals;

}  // namespace

TEST_CASE("deadline: after a timeout the plugin sees cancelled, and the next call works") {
    for (const char* plugin : {"calls_back", "concurrent"}) {
        CAPTURE(plugin);
        const Client c = test::client(plugin);

        CHECK_THROWS_AS(c.with_timeout(20ms).call("until_cancelled", 20'000),
                        bridge32::TimeoutError);

        // It would have to wait 20 s if the plugin had not noticed.
        CHECK(c.with_timeout(10s).call("until_cancelled", 0) == false);
    }
    const Client c = test::client("calls_back");
    CHECK_THROWS_AS(c.with_timeout(20ms).call("until_cancelled", 20'000), bridge32::TimeoutError);
    CHECK(c.get<int>("cancelled") == 1);
}

TEST_CASE("deadline: Future::cancel is seen by the plugin") {
    Client c = test::client("calls_back");
    auto future = c.async<bool>("until_cancelled", 20'000);
    future.cancel();
    CHECK_THROWS_WITH_AS(future.get(), doctest::Contains("cancel"), bridge32::Error);
    CHECK(c.with_timeout(10s).get<int>("cancelled") <= 1);
    CHECK(c.call<int>("add", 1, 2) == 3);
}

TEST_CASE("deadline: a call cancelled before it starts does not run") {
    Client c = test::client("calls_back");
    auto first = c.async<void>("sleep_ms", 200);
    auto second = c.async<int>("count");
    second.cancel();
    CHECK_THROWS_AS(c.with_timeout(20ms).call("count"), bridge32::TimeoutError);
    first.get();

    CHECK(c.get<int>("counted") == 0);
}

TEST_CASE("deadline: when a call with a callback times out, the plugin gets an error") {
    Client c = test::client("calls_back");
    CHECK_THROWS_AS(c.with_timeout(30ms).call("scan", 1'000'000,
                                              [](int, double) {
                                                  std::this_thread::sleep_for(5ms);
                                                  return true;
                                              }),
                    bridge32::TimeoutError);
    CHECK(c.with_timeout(10s).call<int>("add", 1, 2) == 3);
}

TEST_CASE("deadline: cancelled is true when the client has gone") {
    // The host would otherwise be busy for 20 s, and the destructor wait for it.
    const auto before = test::segments();
    const auto start = std::chrono::steady_clock::now();
    {
        auto options = test::options();
        options.shutdown_timeout = 200ms;
        Client c("calls_back", options);
        c.notify("until_cancelled", 20'000);
    }
    CHECK(std::chrono::steady_clock::now() - start < 10s);
    CHECK(test::no_segments_but(before));
}

TEST_CASE("deadline: terminate ends a host that hangs, restart starts it with the same kwargs") {
    auto options = test::options();
    options.kwargs = {{"gain", 2.5}};
    Client c("echo", options);
    const auto pid = c.host_info().pid;
    std::atomic<bool> crashed{false};
    std::thread caller([&] {
        try {
            c.call("sleep_ms", 60'000);
        } catch (const bridge32::HostCrashed& e) {
            crashed = std::string(e.what()).find("terminated by this client") != std::string::npos;
        }
    });
    std::this_thread::sleep_for(20ms);

    c.terminate();
    caller.join();
    CHECK(crashed);
    CHECK_THROWS_WITH_AS(c.call("nothing"), doctest::Contains("restart"),
                         bridge32::ConnectionClosed);

    c.restart();
    CHECK(c.host_info().pid != pid);
    CHECK(c.get("kwargs") == bridge32::Json{{"gain", 2.5}});
    CHECK(c.call<int>("add", 1, 2) == 3);
}

TEST_CASE("deadline: a call that terminate ends says so, also before restart or shutdown") {
    Client c = test::client("echo");
    for (int i = 0; i < 20; ++i) {
        auto ended = c.async("sleep_ms", 60'000);
        c.terminate();
        if (i < 19) {
            c.restart();
        } else {
            c.shutdown();
        }
        CHECK_THROWS_WITH_AS(ended.get(), doctest::Contains("terminated by this client"),
                             bridge32::HostCrashed);
    }
}

TEST_CASE("deadline: restart of a living host shuts it down first") {
    Client c = test::client("echo");
    const auto pid = c.host_info().pid;
    c.call("add", 1, 2);

    c.restart();

    CHECK(c.host_info().pid != pid);
    CHECK(c.get<int>("count") == 0);
}

TEST_CASE("deadline: in process there is nothing to terminate, and restart makes a new instance") {
    auto options = test::options();
    options.mode = bridge32::Mode::in_process;
    Client c("calls_back", options);
    c.call("count");
    CHECK_THROWS_AS(c.terminate(), bridge32::Error);

    c.restart();

    CHECK(c.get<int>("counted") == 0);
}

TEST_CASE("deadline: events and callbacks go on after a restart") {
    Client c = test::client("calls_back");
    int seen = 0;
    std::atomic<int> calls{0};
    c.on_event("progress", [&](double, int) { ++seen; });
    const auto f = c.long_lived([&](int) { ++calls; });
    c.terminate();
    c.restart();

    c.call("progress", 3);
    CHECK(seen == 3);
    c.call("subscribe", f, 1);
    CHECK(test::eventually([&] { return calls >= 3; }));
    c.call("stop");
}

}  // namespace deadline_test
