#include "host32/session/lookout.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <thread>

#include "base/names.hpp"
#include "os/sleep.hpp"

namespace lookout_test {

using namespace bridge32;
using namespace std::chrono_literals;
using host::Lookout;

namespace {

bool can_spin() {
    if (os::usable_processors() > 1) return true;
    MESSAGE("[skipped] on one processor nobody spins, and there is no lookout");
    return false;
}

/// A host with a lookout, whose messages are numbers. It sleeps so long that a lost wake-up shows.
class Host {
public:
    Host()
        : bell_(words_, unguessable_name(), wire::WaitMode::kAdaptive),
          main_thread_([this] { serve(); }) {}
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;
    ~Host() {
        stop_ = true;
        wire::Doorbell bell = bell_;
        bell.wake();
        main_thread_.join();
        if (lookout_thread_.joinable()) lookout_thread_.join();
    }

    /// As a client does.
    void send() {
        ++waiting_;
        wire::Doorbell bell = bell_;
        bell.ring();
    }
    /// Sends, and waits until so many are served.
    void call() {
        const int expected = served() + 1;
        send();
        REQUIRE(until([&] { return served() >= expected; }));
    }
    void call_unless_held() {
        const int expected = served() + 1;
        send();
        REQUIRE(until([&] { return held || served() >= expected; }));
    }
    /// Calls until the lookout serves some.
    void call_until_posted() {
        const int before = by_lookout;
        const auto end = Clock::now() + 10s;
        while (by_lookout == before && Clock::now() < end)
            call();
        REQUIRE(by_lookout > before);
    }

    template <class Condition>
    static bool until(const Condition& condition) {
        const auto end = Clock::now() + 20s;
        while (!condition()) {
            if (Clock::now() > end) return false;
            std::this_thread::yield();
        }
        return true;
    }

    std::atomic<int> by_main{0};
    std::atomic<int> by_lookout{0};
    std::atomic<bool> leave{false};  // the next message to the main thread
    std::atomic<bool> hold{false};   // the lookout in its call
    std::atomic<bool> held{false};

private:
    int served() const { return by_main + by_lookout; }

    void serve() {
        lookout_.begin({.bell = bell_,
                        .mode = wire::WaitMode::kAdaptive,
                        .ready = [this] { return waiting_ != 0 || stop_; },
                        .serve = [this] { return run(); },
                        .memory = nullptr});
        while (!stop_) {
            if (waiting_ == 0) {
                lookout_.wait(Clock::now() + 1h);
                continue;
            }
            --waiting_;
            if (lookout_.post(/*alone=*/true)) {
                if (lookout_thread_.joinable()) lookout_thread_.join();
                lookout_thread_ = std::thread([this] {
                    ++by_main;
                    lookout_.stay();
                });
            } else {
                ++by_main;
            }
        }
        hold = false;
        lookout_.end();
    }

    bool run() {
        if (leave || waiting_ == 0) return false;
        --waiting_;
        lookout_.step_back();
        if (hold) {
            held = true;
            until([this] { return !hold; });
            held = false;
        }
        lookout_.before_reply();
        ++by_lookout;
        return true;
    }

    wire::DoorbellWords words_{};
    wire::Doorbell bell_;
    std::atomic<int> waiting_{0};
    std::atomic<bool> stop_{false};
    Lookout lookout_;
    std::thread lookout_thread_;
    std::thread main_thread_;
};

}  // namespace

TEST_CASE("lookout: reads in the main thread's place while calls come one at a time") {
    if (!can_spin()) return;
    Host host;

    host.call_until_posted();
    for (int i = 0; i < 500; ++i)
        host.call();

    CHECK(host.by_lookout > 0);
}

TEST_CASE("lookout: what is sent while it runs a call does not wait for that") {
    if (!can_spin()) return;
    Host host;
    for (int round = 0; round < 20; ++round) {
        host.call_until_posted();
        host.hold = true;
        const auto end = Clock::now() + 10s;
        while (!host.held && Clock::now() < end)
            host.call_unless_held();
        REQUIRE(host.held);
        const int before = host.by_main;

        host.send();
        host.send();

        CHECK(Host::until([&] { return host.by_main >= before + 2; }));
        CHECK(host.held);
        host.hold = false;
    }
}

TEST_CASE("lookout: leaves to the main thread what only that can do, and wakes it") {
    if (!can_spin()) return;
    Host host;
    for (int round = 0; round < 20; ++round) {
        host.call_until_posted();
        const int before = host.by_lookout;
        host.leave = true;

        host.call();

        CHECK(host.by_lookout == before);
        host.leave = false;
    }
}

TEST_CASE(
    "lookout: nobody is posted before calls have come alone for a while, or without spinning") {
    wire::DoorbellWords words{};
    wire::Doorbell bell(words, unguessable_name(), wire::WaitMode::kAdaptive);
    Lookout lookout;
    const auto posted_after = [&](int calls) {
        for (int i = 1; i <= calls; ++i) {
            if (lookout.post(true)) return i;
        }
        return 0;
    };

    CHECK(posted_after(1000) == 0);  // there is no duty yet

    Lookout::Duty duty{
        bell, wire::WaitMode::kBlock, [] { return false; }, [] { return false; }, {}};
    lookout.begin(duty);
    CHECK(posted_after(1000) == 0);
    lookout.end();

    if (!can_spin()) return;
    duty.mode = wire::WaitMode::kAdaptive;
    lookout.begin(duty);
    CHECK(posted_after(4) == 0);
    CHECK_FALSE(lookout.post(false));  // two at once
    CHECK(posted_after(1000) > 4);
    CHECK(posted_after(1000) == 0);  // one is enough
    lookout.take_back();
    lookout.interrupted();
    CHECK(posted_after(4) == 0);
    lookout.end();
}

}  // namespace lookout_test
