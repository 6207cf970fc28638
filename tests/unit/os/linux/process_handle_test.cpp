// A handle to a process where the kernel has no pidfd.
#include "os/linux/process_handle.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bridge32/error.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "os/child_output.hpp"
#include "os/process.hpp"
#include "support/linux/without_pidfd.hpp"

using namespace bridge32;
using namespace bridge32::os;
using namespace std::chrono_literals;

namespace {

ProcessOptions shell(const std::string& script) {
    ProcessOptions options;
    options.executable = "/bin/sh";
    options.arguments = {"-c", script};
    return options;
}

/// On a thread of its own: what it is made to miss, it misses for ever.
void without_pidfd(const std::function<void()>& work) {
    bool possible = false;
    std::thread([&] {
        possible = test::pretend_no_pidfd();
        if (possible) work();
    }).join();
    if (!possible) MESSAGE("this system does not let a program do without pidfd");
}

}  // namespace

TEST_CASE("process: without pidfd, a handle knows whether its process lives, and ends it") {
    without_pidfd([] {
        auto child = ChildProcess::start(shell("exec sleep 1000"));
        const auto handle = ProcessHandle::of(child.pid());
        CHECK_FALSE(is_pidfd(handle.native()));
        CHECK(handle.alive());
        CHECK_FALSE(handle.wait(1ms));

        handle.kill();

        CHECK(handle.wait(20s));
        CHECK_FALSE(handle.alive());  // though nobody has collected it
        CHECK(child.collect().name() == "SIGKILL");
        CHECK_FALSE(handle.alive());
        handle.kill();  // harmless
    });
}

TEST_CASE("process: without pidfd, what a child prints is read until it ends") {
    without_pidfd([] {
        // A grandchild keeps the pipe open beyond that.
        auto child = ChildProcess::start(shell("echo printed; sleep 1000 & echo $!; exit 3"));
        std::string text;

        read_output_until_exit(child, [&](Output, std::string_view part) { text += part; });

        CHECK(text.starts_with("printed\n"));
        CHECK(child.collect().code == 3);
        const auto grandchild = std::stoul(text.substr(text.find('\n') + 1));
        ProcessHandle::of(static_cast<std::uint32_t>(grandchild)).kill();
    });
}

TEST_CASE("process: without pidfd, a process lives on when only its main thread has ended") {
    without_pidfd([] {
        int ends[2];
        REQUIRE(::pipe(ends) == 0);
        const pid_t pid = ::fork();
        if (pid == 0) {
            ::close(ends[1]);
            std::thread([end = ends[0]] {
                char byte = 0;
                while (::read(end, &byte, 1) > 0) {
                }
                ::_exit(0);
            }).detach();
            ::syscall(SYS_exit, 0);  // of this thread
        }
        ::close(ends[0]);
        const auto handle = ProcessHandle::of(static_cast<std::uint32_t>(pid));

        const bool ended_early = handle.wait(200ms);
        ::close(ends[1]);

        CHECK_FALSE(ended_early);
        CHECK(handle.wait(20s));
        CHECK(::waitpid(pid, nullptr, 0) == pid);
    });
}

TEST_CASE("process: without pidfd, who has no descriptor left takes nobody for dead") {
    without_pidfd([] {
        const auto child = ChildProcess::start(shell("exec sleep 1000"));
        rlimit before{};
        REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
        const rlimit none{0, before.rlim_max};

        REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
        const bool alive = child.handle().alive();
        REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);

        CHECK(alive);
        child.handle().kill();
        CHECK(child.handle().wait(20s));
    });
}

TEST_CASE("process: without pidfd, a handle of nobody is an error with its number") {
    without_pidfd([] {
        std::string text;
        try {
            ProcessHandle::of(0x3FFF'FFFF);
        } catch (const Error& e) {
            text = e.what();
        }
        CHECK(text == "cannot open process 1073741823: No such process");
    });
}
