#include "host32/worker_pool.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

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
            pool.run([&] {
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
        pool.run([&] {
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

TEST_CASE("worker pool: its size is sensible") {
    CHECK(WorkerPool::default_threads() >= 4);
    CHECK(WorkerPool::default_threads() <= 32);
}
