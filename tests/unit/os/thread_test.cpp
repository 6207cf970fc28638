#include "os/thread.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace thread_test {

using bridge32::os::is_own_thread;
using bridge32::os::Stack;
using bridge32::os::this_thread_number;
using bridge32::os::Thread;
using namespace std::chrono_literals;

TEST_CASE("thread: it runs its work, and knows itself") {
    std::atomic<bool> knew{false};
    std::atomic<bool> begun{false};
    Thread thread;
    CHECK_FALSE(thread.joinable());

    thread = Thread(
        [&] {
            while (!begun.load())
                std::this_thread::yield();
            knew.store(thread.is_this_thread());
        },
        Stack::kForOurs);
    begun.store(true);

    CHECK(thread.joinable());
    CHECK_FALSE(thread.is_this_thread());
    thread.join();
    CHECK(knew.load());
    CHECK_FALSE(thread.joinable());
}

TEST_CASE("thread: one of ours is known as such while it runs, another is not") {
    std::atomic<std::uint64_t> number{0};
    std::atomic<bool> end{false};
    const auto work = [&] {
        number.store(this_thread_number());
        while (!end.load())
            std::this_thread::sleep_for(1ms);
    };
    const auto known = [&] {
        while (number.load() == 0)
            std::this_thread::yield();
        return is_own_thread(number.load());
    };

    Thread ours(work, Stack::kForOurs);
    CHECK(known());
    end.store(true);
    ours.join();
    CHECK_FALSE(known());

    number.store(0);
    end.store(false);
    std::thread other(work);
    CHECK_FALSE(known());
    end.store(true);
    other.join();
}

TEST_CASE("thread: what its work holds is gone when it has ended") {
    const auto held = std::make_shared<int>(1);

    Thread([held] {}, Stack::kForOthers).join();

    CHECK(held.use_count() == 1);
}

}  // namespace thread_test
