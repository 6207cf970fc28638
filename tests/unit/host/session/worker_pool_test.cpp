#include "host32/session/worker_pool.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace worker_pool_test {

using bridge32::host::WorkerPool;

TEST_CASE("worker pool: as many tasks run at once as it has threads, and no more") {
    std::mutex mutex;
    std::condition_variable changed;
    int inside = 0;
    int most = 0;
    int done = 0;
    {
        WorkerPool pool(3);
        for (int i = 0; i < 30; ++i) {
            pool.run(nullptr, [&] {
                std::unique_lock lock(mutex);
                most = std::max(most, ++inside);
                changed.notify_all();
                // The first three meet; the others find that they have.
                changed.wait_for(lock, std::chrono::seconds(10), [&] { return most == 3; });
                --inside;
                ++done;
            });
        }
    }
    CHECK(most == 3);
    CHECK(done == 30);
}

TEST_CASE("worker pool: starts no thread that it does not need") {
    WorkerPool pool(16);
    std::atomic<int> threads{0};
    for (int i = 0; i < 50; ++i) {
        std::atomic<bool> done{false};
        pool.run(nullptr, [&] {
            thread_local bool counted = false;
            if (!std::exchange(counted, true)) ++threads;
            done = true;
        });
        while (!done)
            std::this_thread::yield();
        // The worker is idle again in a moment.
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    CHECK(threads <= 3);
}

TEST_CASE("worker pool: an owner with many long tasks does not keep another's from running") {
    const int greedy = 0;
    const int modest = 0;
    std::mutex mutex;
    std::condition_variable changed;
    bool done = false;
    int greedy_begun = 0;
    WorkerPool pool(2);
    for (int i = 0; i < 20; ++i) {
        pool.run(&greedy, [&] {
            std::unique_lock lock(mutex);
            ++greedy_begun;
            changed.wait_for(lock, std::chrono::seconds(10), [&] { return done; });
        });
    }

    std::unique_lock lock(mutex);
    int begun_before = 20;
    pool.run(&modest, [&] {
        const std::lock_guard inside(mutex);
        begun_before = greedy_begun;
        done = true;
        changed.notify_all();
    });
    const bool ran = changed.wait_for(lock, std::chrono::seconds(10), [&] { return done; });
    lock.unlock();

    CHECK(ran);
    CHECK(begun_before <= 2);
}

TEST_CASE("worker pool: a thread that is idle counts for one task, not for another owner's too") {
    const int greedy = 0;
    const int modest = 0;
    for (int round = 0; round < 20; ++round) {
        CAPTURE(round);
        std::mutex mutex;
        std::condition_variable changed;
        bool done = false;
        int greedy_begun = 0;
        WorkerPool pool(2);
        const auto wait_for_the_end = [&] {
            std::unique_lock lock(mutex);
            ++greedy_begun;
            changed.notify_all();
            changed.wait_for(lock, std::chrono::seconds(20), [&] { return done; });
        };
        pool.run(&greedy, wait_for_the_end);
        std::unique_lock lock(mutex);
        REQUIRE(changed.wait_for(lock, std::chrono::seconds(20), [&] { return greedy_begun > 0; }));
        lock.unlock();
        // The second thread is idle by now. It is told of the next task, and still counts as idle.
        std::this_thread::sleep_for(std::chrono::milliseconds(2));

        pool.run(&greedy, wait_for_the_end);
        pool.run(&modest, [&] {
            const std::lock_guard inside(mutex);
            done = true;
            changed.notify_all();
        });

        lock.lock();
        const bool ran = changed.wait_for(lock, std::chrono::seconds(10), [&] { return done; });
        done = true;
        changed.notify_all();
        lock.unlock();
        REQUIRE(ran);
    }
}

TEST_CASE("worker pool: the tasks of each owner begin in order") {
    const int owners[2] = {};
    std::string order[2];
    {
        WorkerPool pool(1);  // one task of each owner at a time
        for (const char letter : {'a', 'b', 'c', 'd'}) {
            for (int i = 0; i < 2; ++i)
                pool.run(&owners[i], [&order, i, letter] { order[i] += letter; });
        }
    }
    CHECK(order[0] == "abcd");
    CHECK(order[1] == "abcd");
}

TEST_CASE("worker pool: its size is sensible") {
    CHECK(WorkerPool::default_threads() >= 4);
    CHECK(WorkerPool::default_threads() <= 32);
}

}  // namespace worker_pool_test
