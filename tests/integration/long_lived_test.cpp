// The client's functions, called when no call of its own waits for them: long-lived ones, those of
// async calls, and those that are kept too long.
#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "integration/support.hpp"

namespace long_lived_test {

namespace {

using bridge32::Client;
using bridge32::Mode;
using namespace std::chrono_literals;

/// A private host and the same process, one after the other.
Client each_mode() {
    auto options = test::options();
    SUBCASE("in a host") {}
    SUBCASE("in process") { options.mode = Mode::in_process; }
    return Client("calls_back", options);
}

}  // namespace

TEST_CASE("callbacks: calling one after its call has ended is a clear error") {
    const Client c = each_mode();
    c.call("keep", [] { return 1; });

    CHECK_THROWS_WITH_AS(c.call("call_kept"), doctest::Contains("after the call it was passed"),
                         bridge32::RemoteError);
}

TEST_CASE("callbacks: a long-lived one runs between calls, from a thread of the plugin") {
    Client c = each_mode();
    std::mutex mutex;
    std::condition_variable changed;
    int last = -1;
    std::thread::id thread;
    const auto f = c.long_lived([&](int i) {
        const std::lock_guard lock(mutex);
        last = i;
        thread = std::this_thread::get_id();
        changed.notify_all();
    });

    c.call("subscribe", f, 1);
    {
        std::unique_lock lock(mutex);
        REQUIRE(changed.wait_for(lock, 10s, [&] { return last >= 20; }));
        CHECK(thread != std::this_thread::get_id());
    }
    // Calls go on as ever meanwhile.
    for (int i = 0; i < 200; ++i)
        REQUIRE(c.call<int>("add", i, 1) == i + 1);
    CHECK(c.call<std::string>("stop") == "");
}

TEST_CASE("callbacks: a long-lived one may call the client") {
    Client c = each_mode();
    std::atomic<int> sum{0};
    const auto f = c.long_lived([&](int i) { sum = c.call<int>("add", i, 1); });

    c.call("subscribe", f, 1);

    CHECK(test::eventually([&] { return sum >= 10; }));
    c.call("stop");
}

TEST_CASE("callbacks: when the client lets go of a long-lived one, the plugin is told") {
    Client c = each_mode();
    std::atomic<int> calls{0};
    {
        const auto f = c.long_lived([&](int) { ++calls; });
        c.call("subscribe", f, 1);
        REQUIRE(test::eventually([&] { return calls >= 3; }));
    }
    const int after = calls;  // none runs any more

    CHECK(test::eventually([&] {
        return c.call<std::string>("ended").find("no longer exists") != std::string::npos;
    }));
    c.call("stop");
    CHECK(calls == after);
}

TEST_CASE("callbacks: with Dispatch::poll they run in poll and nowhere else") {
    auto options = test::options();
    options.dispatch = bridge32::Dispatch::poll;
    Client c("calls_back", options);
    std::thread::id thread;
    int calls = 0;
    const auto f = c.long_lived([&](int) {
        ++calls;
        thread = std::this_thread::get_id();
    });
    c.call("subscribe", f, 1);  // which may run it, too, before it returns
    const int in_call = calls;

    std::size_t ran = 0;
    CHECK(test::eventually([&] {
        ran += c.poll(20ms);
        return calls >= 5 + in_call;
    }));
    CHECK(thread == std::this_thread::get_id());
    CHECK(ran == static_cast<std::size_t>(calls - in_call));
    c.terminate();
}

TEST_CASE("callbacks: a long-lived one that a call runs belongs to that call") {
    auto options = test::options();
    SUBCASE("with a dispatcher") {}
    SUBCASE("with poll, which nobody calls") { options.dispatch = bridge32::Dispatch::poll; }
    SUBCASE("in process") { options.mode = Mode::in_process; }
    Client c("calls_back", options);
    std::thread::id thread;
    const auto f = c.long_lived([&] {
        thread = std::this_thread::get_id();
        return c.call<int>("add", 2, 3);
    });
    c.call("keep", f);

    CHECK(c.with_timeout(10s).call<int>("call_kept") == 5);
    CHECK(thread == std::this_thread::get_id());
}

TEST_CASE("callbacks: a client that is shut down while one is called holds up no plugin") {
    auto options = test::options();
    options.dispatch = bridge32::Dispatch::poll;
    options.shutdown_timeout = 30s;
    Client c("calls_back", options);
    const auto f = c.long_lived([](int) {});
    c.call("subscribe", f, 1);
    // The plugin's destructor waits for its thread, which waits for somebody to poll.
    const auto start = std::chrono::steady_clock::now();
    c.shutdown();
    CHECK(std::chrono::steady_clock::now() - start < 20s);
}

TEST_CASE("callbacks: of an async call they run on the dispatcher, or in get") {
    Client c = each_mode();
    std::atomic<int> calls{0};

    auto future = c.async<int>("scan", 10, [&](int, double) {
        ++calls;
        return true;
    });
    CHECK(future.get() == 10);
    CHECK(calls == 10);

    auto other = c.async<int>("scan", 10, [&](int, double) {
        ++calls;
        return true;
    });
    CHECK(test::eventually([&] { return calls == 20; }));
    CHECK(other.get() == 10);
}

TEST_CASE("callbacks: are rejected in a call without reply") {
    const Client c = each_mode();
    CHECK_THROWS_WITH_AS(c.notify("scan", 1, [](int, double) { return true; }),
                         doctest::Contains("long_lived"), bridge32::InvalidArgument);
}

}  // namespace long_lived_test
