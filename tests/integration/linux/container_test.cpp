// The suite's core in a container whose filter answers EPERM to system calls that it does not know.
#include "support/linux/container.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "integration/run_program.hpp"
#include "integration/server.hpp"
#include "integration/support.hpp"

namespace linux_container_test {

using bridge32::Client;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

/// On a thread of its own: what it is refused, it is refused for ever.
void in_container(const std::function<void()>& work) {
    bool possible = false;
    std::exception_ptr error;
    std::thread([&] {
        possible = bridge32::test::pretend_container();
        try {
            if (possible) work();
        } catch (...) {
            error = std::current_exception();
        }
    }).join();
    if (error != nullptr) std::rethrow_exception(error);
    if (!possible) MESSAGE("this system does not let a program filter its system calls");
}

}  // namespace

TEST_CASE("container: the filter refuses what it should") {
    in_container([] {
        CHECK(::syscall(SYS_pidfd_open, ::getpid(), 0) == -1);
        CHECK(errno == EPERM);
        CHECK(::syscall(SYS_memfd_create, "x", 0) == -1);
        CHECK(errno == EPERM);
    });
}

TEST_CASE("container: calls, callbacks and arrays") {
    in_container([] {
        auto c = test::client("calls_back");
        CHECK(c.call<int>("add", 1, 2) == 3);
        CHECK(c.call<int>("scan", 3, [](int, double) { return true; }) == 3);
        auto x = c.make_array<double>({100'000});
        x.data()[7] = 0.5;
        CHECK(c.call<double>("sum", x) == 0.5);
        CHECK(c.async<int>("add", 1, 2).then([](int n) { return n; }).get() == 3);
        CHECK(c.host_info().pid != 0);
    });
}

TEST_CASE("container: a crash is reported, and the next call starts another host") {
    in_container([] {
        auto options = test::options();
        options.restart = bridge32::Restart::on_crash;
        Client c("crashes", options);
        try {
            c.call("segv");
            FAIL("the host should have died");
        } catch (const bridge32::HostCrashed& e) {
            CHECK(e.facts().cause.find("SIGSEGV") != std::string::npos);
        }
        CHECK(c.describe().contains("methods"));
    });
}

TEST_CASE("container: a host that hangs is ended by close, terminate and the start's limit") {
    in_container([] {
        auto options = test::options();
        options.shutdown_timeout = 200ms;
        std::uint32_t host = 0;
        const auto begin = Clock::now();
        SUBCASE("close") {
            const Client c("crashes", options);
            host = c.host_info().pid;
            c.notify("hang");
        }
        SUBCASE("close while a thread waits for room in the ring") {
            options.ring_bytes = 4096;
            auto c = std::make_unique<Client>("crashes", options);
            host = c->host_info().pid;
            c->notify("hang");
            std::thread full([&] { CHECK_THROWS_AS(for (;;) c->notify("pid"), bridge32::Error); });
            std::this_thread::sleep_for(100ms);
            c->shutdown();
            full.join();
        }
        SUBCASE("terminate") {
            Client c("crashes", options);
            host = c.host_info().pid;
            auto hanging = c.async("hang");
            c.terminate();
            CHECK_THROWS_AS(hanging.get(), bridge32::HostCrashed);
        }
        CHECK(Clock::now() - begin < 20s);
        CHECK_FALSE(bridge32::test::is_running(host));
    });
}

TEST_CASE("container: a shared host is found, and its death is noticed") {
    in_container([] {
        test::Server server(test::name("container"));
        auto c = server.connect("echo");
        CHECK(c.call<int>("add", 1, 2) == 3);

        server.kill();

        CHECK_THROWS_AS(c.call("add", 1, 2), bridge32::Error);
    });
}

TEST_CASE("container: programs fork as elsewhere") {
#if defined(__SANITIZE_ADDRESS__)
    MESSAGE("[skipped] ASan cannot fork beside threads that allocate: the child may hang");
    return;
#endif
    in_container([] {
        for (const char* way : {"exit", "return", "async", "own"}) {
            CAPTURE(way);
            bridge32::os::ProcessOptions options;
            options.arguments = {way};
            const auto ran = test::run_program("forks_linux", options);
            CHECK(ran.out == "child 0, parent 3 3\n");
            CHECK(ran.err == "");
        }
    });
}

}  // namespace linux_container_test
