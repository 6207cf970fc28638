// Events: what a plugin says without being asked.
#include <doctest/doctest.h>

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "integration/support.hpp"

namespace events_test {

namespace {

using bridge32::Client;
using bridge32::Json;
using bridge32::Mode;
using namespace std::chrono_literals;

Client each_mode() {
    auto options = test::options();
    SUBCASE("in a host") {}
    SUBCASE("in process") { options.mode = Mode::in_process; }
    return Client("calls_back", options);
}

}  // namespace

TEST_CASE("events: of a call they come in order, on the calling thread, before it returns") {
    Client c = each_mode();
    std::vector<double> seen;
    std::thread::id thread;
    c.on_event("progress", [&](double done, int step) {
        CHECK(step == static_cast<int>(seen.size()) + 1);
        seen.push_back(done);
        thread = std::this_thread::get_id();
    });

    CHECK(c.call<int>("progress", 4) == 4);

    CHECK(seen == std::vector<double>{0.25, 0.5, 0.75, 1.0});
    CHECK(thread == std::this_thread::get_id());
}

TEST_CASE("events: a handler for all gets names and values") {
    Client c = each_mode();
    std::vector<std::pair<std::string, Json>> seen;
    c.on_event([&](const std::string& name, const Json& value) { seen.emplace_back(name, value); });

    c.call("progress", 1);
    c.call("emit_array", 2);

    REQUIRE(seen.size() == 2);
    CHECK(seen[0].first == "progress");
    CHECK(seen[0].second == Json{1.0, 1});
    CHECK(seen[1].second == Json{1.5, 1.5});
}

TEST_CASE("events: carry arrays of any size") {
    Client c = each_mode();
    std::size_t size = 0;
    c.on_event("array", [&](std::span<const double> x) { size = x.size(); });

    for (const int n : {0, 1, 1000, 1'000'000}) {
        CHECK(c.call<bool>("emit_array", n));
        CHECK(size == static_cast<std::size_t>(n));
    }
}

TEST_CASE("events: more than the ring holds, none is lost") {
    auto options = test::options();
    options.ring_bytes = 4096;
    Client c("calls_back", options);
    int seen = 0;
    c.on_event("progress", [&](double, int step) { seen += step == seen + 1 ? 1 : -1'000'000; });

    c.call("progress", 20'000);

    CHECK(seen == 20'000);
}

TEST_CASE("events: without a handler are ignored") {
    Client c = each_mode();
    CHECK(c.call<int>("progress", 10) == 10);
}

TEST_CASE("events: what a handler throws is thrown by the call, when that is over") {
    Client c = each_mode();
    int seen = 0;
    c.on_event("progress", [&](double, int) {
        if (++seen == 2) throw std::out_of_range("enough");
    });

    CHECK_THROWS_AS(c.call("progress", 4), std::out_of_range);

    CHECK(seen == 4);
    CHECK(c.call<int>("add", 1, 2) == 3);
}

TEST_CASE("events: arguments that do not fit the handler are an error") {
    Client c = each_mode();
    c.on_event("progress", [](const std::string&) {});
    CHECK_THROWS_WITH_AS(c.call("progress", 1), doctest::Contains("progress"),
                         bridge32::InvalidArgument);
}

TEST_CASE("events: between calls they come from a thread of the plugin, in order") {
    Client c = each_mode();
    std::mutex mutex;
    std::vector<int> seen;
    std::atomic<bool> done{false};
    c.on_event("later", [&](int i) {
        const std::lock_guard lock(mutex);
        seen.push_back(i);
    });
    c.on_event("later_done", [&] { done = true; });

    c.call("emit_later", 500);

    REQUIRE(test::eventually([&] { return done.load(); }));
    REQUIRE(seen.size() == 500);
    for (int i = 0; i < 500; ++i)
        CHECK(seen[static_cast<std::size_t>(i)] == i);
}

TEST_CASE("events: with Dispatch::poll they wait for poll") {
    auto options = test::options();
    options.dispatch = bridge32::Dispatch::poll;
    Client c("calls_back", options);
    int seen = 0;
    bool done = false;
    c.on_event("later", [&](int) { ++seen; });
    c.on_event("later_done", [&] { done = true; });

    c.call("emit_later", 100);

    CHECK(test::eventually([&] {
        c.poll(10ms);
        return done;
    }));
    CHECK(seen == 100);
    CHECK(c.poll() == 0);
}

TEST_CASE("events: what is too much for a client that does not read them is dropped") {
    auto options = test::options();
    options.ring_bytes = 4096;
    options.dispatch = bridge32::Dispatch::poll;
    Client c("calls_back", options);
    std::atomic<int> seen{0};
    c.on_event("flood", [&](const std::string&) { ++seen; });

    // Nobody polls, and while it emits nobody waits for this call either.
    auto future = c.async<int>("flood", 40'000);
    std::this_thread::sleep_for(200ms);
    const int sent = future.get();

    CHECK(sent > 100);
    CHECK(sent <= 40'000);
    while (c.poll(100ms) != 0) {
    }
    CHECK(seen > 100);
    CHECK(seen <= sent);
    CHECK(c.call<int>("add", 1, 2) == 3);
}

}  // namespace events_test
