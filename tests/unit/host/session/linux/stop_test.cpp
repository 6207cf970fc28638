#include "host32/session/stop.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "host32/session/exit_code.hpp"
#include "unit/host/session/linux/child.hpp"

namespace linux_stop_test {

using namespace bridge32;
using namespace std::chrono_literals;
using host::StopGuard;

namespace {

/// Ends a child when the stop takes too long.
void hang() {
    for (;;)
        ::pause();
}

}  // namespace

TEST_CASE("stop: a process that does not stop in time ends all the same, and tells first") {
    int pipe[2];
    REQUIRE(::pipe2(pipe, O_CLOEXEC) == 0);
    Child child([&] {
        const StopGuard guard(50ms, [&] { static_cast<void>(::write(pipe[1], "x", 1) == 1); });
        host::request_stop();
        hang();
    });
    CHECK(child.exit_code() == host::kExitStopTimeout);
    char told = 0;
    CHECK(::read(pipe[0], &told, 1) == 1);
    ::close(pipe[0]);
    ::close(pipe[1]);
}

TEST_CASE("stop: a process that stops in time is left alone") {
    Child child([] {
        CHECK_FALSE(host::stop_requested());
        {
            const StopGuard guard(50ms, [] { ::_exit(1); });
            host::request_stop();
        }
        std::this_thread::sleep_for(100ms);
        ::_exit(host::stop_requested() ? 0 : 2);
    });
    CHECK(child.exit_code() == 0);
}

TEST_CASE("stop: the guard requests a stop when it is asked to, though the process is busy") {
    Child child([] {
        const StopGuard guard(
            10ms, [] {}, [] { return true; });
        hang();
    });
    CHECK(child.exit_code() == host::kExitStopTimeout);
}

}  // namespace linux_stop_test
