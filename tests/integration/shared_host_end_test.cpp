// How shared hosts end, and what their clients see of it.
#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "integration/server.hpp"
#include "integration/support.hpp"
#include "os/process.hpp"

namespace shared_host_end_test {

namespace {

using bridge32::Client;
using test::name;
using test::Server;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int kExitStopTimeout = 4;

}  // namespace

TEST_CASE("shared host: when it is told to end, running calls finish and get their replies") {
    Server server(name("finishes"));
    const auto c = server.connect("concurrent");
    auto runs = c.async<bool>("meet", 2, 20'000);
    auto other = c.async<bool>("meet", 2, 20'000);
    CHECK(runs.get());
    CHECK(other.get());
    auto sleeps = c.async<void>("sleep_ms", 500);
    CHECK(c.call<int>("add", 1, 2) == 3);  // the one before it has begun

    server.stop();

    CHECK_NOTHROW(sleeps.get());
    CHECK(server.process().collect().code == 0);
}

TEST_CASE("shared host: when it is told to end, what waits for its turn is refused") {
    Server server(name("refuses"));
    const auto c = server.connect("concurrent");
    std::vector<bridge32::Future<void>> calls;
    for (int i = 0; i < 200; ++i)
        calls.push_back(c.async<void>("sleep_ms", 200));
    CHECK_FALSE(calls[0].wait_for(1ms));

    const auto start = Clock::now();
    server.stop();

    CHECK(Clock::now() - start < 4s);  // all of them would take ten
    CHECK(server.process().collect().code == 0);
    CHECK_THROWS_AS(calls.back().get(), bridge32::ConnectionClosed);
}

TEST_CASE("shared host: it ends in a limited time, whatever a plugin does") {
    Server server(name("hangs-at-end"), test::kPlugins, {"--stop-timeout", "0.3"});
    const auto before = test::segments();
    SUBCASE("a call on another thread hangs") {
        const auto c = server.connect("concurrent");
        auto hangs = c.async<void>("sleep_ms", 3'600'000);
        CHECK(c.call<int>("add", 1, 2) == 3);
        server.stop();
        CHECK_THROWS_AS(hangs.get(), bridge32::ConnectionClosed);
    }
    SUBCASE("a call on the main thread hangs") {
        const auto c = server.connect("crashes");
        auto hangs = c.async<void>("hang");
        CHECK_FALSE(hangs.wait_for(50ms));
        server.stop();
        CHECK_THROWS_AS(hangs.get(), bridge32::ConnectionClosed);
    }
    CHECK(server.process().collect().code == kExitStopTimeout);
    CHECK_THROWS_AS(Client::connect(server.name(), "echo"), bridge32::ConnectionClosed);
    const Server next(server.name());
    CHECK(next.connect("echo").call<int>("add", 1, 2) == 3);
}

TEST_CASE("shared host: without clients it ends after its idle timeout, and not before") {
    const auto before = test::segments();
    Server server(name("idle"), test::kPlugins, {"--idle-timeout", "0.3"});
    {
        const auto c = server.connect("echo");
        CHECK_FALSE(server.process().handle().wait(700ms));
        CHECK(c.call<int>("add", 1, 2) == 3);
    }
    REQUIRE(server.process().handle().wait(10s));
    CHECK(server.process().collect().code == 0);
    CHECK_THROWS_AS(Client::connect(server.name(), "echo"), bridge32::ConnectionClosed);
    CHECK(test::no_segments_but(before));
}

TEST_CASE("shared host: a client can connect again to the next host of that name") {
    const std::string host = name("again");
    bridge32::ClientOptions options;
    options.kwargs = {{"gain", 3}};
    auto first = std::make_unique<Server>(host);
    auto c = first->connect("echo", options);

    SUBCASE("by restart, after it ended in order") {
        first->stop();
        CHECK_THROWS_AS(c.call<int>("add", 1, 2), bridge32::ConnectionClosed);
        CHECK_THROWS_AS(c.restart(), bridge32::ConnectionClosed);
        const Server next(host);
        c.restart();
        CHECK(c.call<int>("add", 1, 2) == 3);
        CHECK(c.get("kwargs") == options.kwargs);
    }
    SUBCASE("by restart, after it was killed") {
        first->kill();
        CHECK_THROWS_AS(c.call<int>("add", 1, 2), bridge32::HostCrashed);
        const Server next(host);
        c.restart();
        CHECK(c.call<int>("add", 1, 2) == 3);
    }
    SUBCASE("by restart, while it lives") {
        c.restart();
        CHECK(c.call<int>("add", 1, 2) == 3);
    }
    SUBCASE("by its next call, with restart = on_crash") {
        options.restart = bridge32::Restart::on_crash;
        auto own = first->connect("echo", options);
        first->kill();
        try {
            own.call<int>("add", 1, 2);
        } catch (const bridge32::HostCrashed&) {
            // It began before the death was noticed.
        } catch (const bridge32::ConnectionClosed&) {
        }
        for (int i = 0; i < 10; ++i)  // more often than a host may fail to start
            CHECK_THROWS_AS(own.call<int>("add", 1, 2), bridge32::ConnectionClosed);
        const Server next(host);
        try {
            own.call<int>("add", 1, 2);
        } catch (const bridge32::HostCrashed&) {
            // It began before the death was noticed.
        }
        CHECK(own.call<int>("add", 1, 2) == 3);
        CHECK(own.get("kwargs") == options.kwargs);
    }
}

TEST_CASE("shared host: calls that a plugin's end makes possible are refused one by one") {
    const Server server(name("calls-at-end"));
    auto c = server.connect("calls_at_the_end");
    std::string refusal;
    auto last = c.long_lived([&] {
        try {
            c.call<int>("add", 1, 2);
            refusal = "none";
        } catch (const bridge32::Error& e) {
            refusal = e.what();
        }
    });
    c.call<void>("keep", last);
    const auto start = Clock::now();

    c.shutdown();

    CHECK(refusal.find("shutting down") != std::string::npos);
    CHECK(Clock::now() - start < 5s);
    CHECK(server.connect("echo").call<int>("add", 1, 2) == 3);
}

}  // namespace shared_host_end_test
