#include "os/thread.hpp"

#include <doctest/doctest.h>
#include <pthread.h>

#include <cstddef>

#include "bridge32/error.hpp"

namespace linux_thread_test {

using bridge32::os::Stack;
using bridge32::os::Thread;

namespace {

std::size_t own_stack() {
    pthread_attr_t attributes;
    void* address = nullptr;
    std::size_t size = 0;
    ::pthread_getattr_np(::pthread_self(), &attributes);
    ::pthread_attr_getstack(&attributes, &address, &size);
    ::pthread_attr_destroy(&attributes);
    return size;
}

}  // namespace

TEST_CASE("thread: its stack has the size that was asked for, not the system's default") {
    for (const Stack stack : {Stack::kForOurs, Stack::kForOthers}) {
        std::size_t size = 0;

        Thread([&] { size = own_stack(); }, stack).join();

        CHECK(size == static_cast<std::size_t>(stack));
    }
}

TEST_CASE("thread: one that cannot be had is an error, and the next one can") {
    constexpr auto kTooLarge = static_cast<Stack>(~std::size_t{0} / 16 * 15);
    bool ran = false;

    CHECK_THROWS_WITH_AS(Thread([&] { ran = true; }, kTooLarge),
                         doctest::Contains("cannot start a thread: "), bridge32::Error);
    CHECK_FALSE(ran);

    Thread([&] { ran = true; }, Stack::kForOurs).join();
    CHECK(ran);
}

}  // namespace linux_thread_test
