#include "client/endpoint/dispatcher.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace dispatcher_test {

namespace {

using bridge32::Clock;
using bridge32::Dispatch;
using bridge32::client::Dispatcher;
using namespace std::chrono_literals;

/// Sleeps until it is interrupted, as a connection on which nothing comes.
class Silence {
public:
    Dispatcher::Source source() {
        return {[this](Clock::time_point deadline) {
                    std::unique_lock lock(mutex_);
                    woken_.wait_until(lock, deadline, [this] { return interrupted_; });
                    interrupted_ = false;
                },
                [this] {
                    const std::lock_guard lock(mutex_);
                    interrupted_ = true;
                    woken_.notify_all();
                }};
    }

private:
    std::mutex mutex_;
    std::condition_variable woken_;
    bool interrupted_ = false;
};

}  // namespace

TEST_CASE("dispatcher: tasks run on its thread, in order") {
    Silence silence;
    Dispatcher dispatcher(Dispatch::thread);
    dispatcher.set_source(silence.source());
    CHECK_FALSE(dispatcher.has_thread());
    dispatcher.start();
    CHECK(dispatcher.has_thread());
    std::vector<int> seen;
    std::thread::id thread;
    std::atomic<bool> done{false};

    for (int i = 0; i < 100; ++i)
        dispatcher.post([&, i] { seen.push_back(i); });
    dispatcher.post([&] {
        thread = std::this_thread::get_id();
        done = true;
    });
    const auto end = Clock::now() + 10s;
    while (!done && Clock::now() < end)
        std::this_thread::yield();

    REQUIRE(done);
    CHECK(seen.size() == 100);
    CHECK(seen.front() == 0);
    CHECK(seen.back() == 99);
    CHECK(thread != std::this_thread::get_id());
}

TEST_CASE("dispatcher: with poll, tasks run in poll, which waits for them") {
    Silence silence;
    Dispatcher dispatcher(Dispatch::poll);
    dispatcher.set_source(silence.source());
    dispatcher.start();
    CHECK_FALSE(dispatcher.has_thread());
    int runs = 0;
    dispatcher.post([&] { ++runs; });
    dispatcher.post([&] { ++runs; });

    CHECK(dispatcher.poll(Clock::now()) == 2);
    CHECK(runs == 2);
    CHECK(dispatcher.poll(Clock::now()) == 0);

    std::thread poster([&] {
        std::this_thread::sleep_for(20ms);
        dispatcher.post([&] { ++runs; });
    });
    CHECK(dispatcher.poll(Clock::now() + 10s) == 1);
    CHECK(runs == 3);
    poster.join();
}

TEST_CASE("dispatcher: of bounded tasks, only so many wait") {
    Silence silence;
    Dispatcher dispatcher(Dispatch::poll);
    dispatcher.set_source(silence.source());
    std::size_t posted = 0;
    std::size_t runs = 0;
    while (posted < 100'000 && dispatcher.post_bounded([&] { ++runs; }, 100))
        ++posted;
    CHECK(posted >= 1000);
    CHECK(posted < 100'000);
    dispatcher.post([&] { ++runs; });  // others are never dropped

    CHECK(dispatcher.poll(Clock::now()) == posted + 1);
    CHECK(runs == posted + 1);
    CHECK(dispatcher.post_bounded([] {}, 1U << 30));  // a single one may be of any size
    CHECK_FALSE(dispatcher.post_bounded([] {}, 1));
}

TEST_CASE("dispatcher: poll runs what is there, and ends at its limit") {
    Silence silence;
    Dispatcher dispatcher(Dispatch::poll);
    dispatcher.set_source(silence.source());
    const std::function<void()> again = [&] { dispatcher.post(again); };
    dispatcher.post(again);
    CHECK(dispatcher.poll(Clock::now()) == 1);

    const std::function<void()> slow = [] { std::this_thread::sleep_for(5ms); };
    for (int i = 0; i < 4000; ++i)
        dispatcher.post(slow);
    const auto begin = Clock::now();
    CHECK(dispatcher.poll(begin + 20ms) > 0);
    CHECK(Clock::now() - begin < 5s);
}

TEST_CASE("dispatcher: nothing runs after stop, which waits for what runs") {
    Silence silence;
    Dispatcher dispatcher(Dispatch::thread);
    dispatcher.set_source(silence.source());
    dispatcher.start();
    std::atomic<bool> inside{false};
    std::atomic<bool> over{false};
    dispatcher.post([&] {
        inside = true;
        std::this_thread::sleep_for(30ms);
        over = true;
    });
    while (!inside)
        std::this_thread::yield();

    dispatcher.stop();

    CHECK(over);
    bool ran = false;
    dispatcher.post([&] { ran = true; });
    CHECK(dispatcher.poll(Clock::now()) == 0);
    CHECK_FALSE(ran);
    dispatcher.stop();
}

TEST_CASE("dispatcher: a task may stop and destroy it") {
    Silence silence;
    auto dispatcher = std::make_shared<Dispatcher>(Dispatch::thread);
    dispatcher->set_source(silence.source());
    dispatcher->start();
    std::atomic<bool> gone{false};
    dispatcher->post([&gone, own = dispatcher]() mutable {
        own.reset();
        gone = true;
    });
    dispatcher.reset();
    const auto end = Clock::now() + 10s;
    while (!gone && Clock::now() < end)
        std::this_thread::yield();
    CHECK(gone);
}

}  // namespace dispatcher_test
