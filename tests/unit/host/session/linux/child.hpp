// A forked process that runs a function, and how it ends.
#pragma once

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

#include "os/process.hpp"

namespace bridge32 {

class Child {
public:
    /// `run` must not return.
    template <class Run>
    explicit Child(const Run& run) : pid_(::fork()) {
        REQUIRE(pid_ >= 0);
        if (pid_ != 0) return;
        run();
        ::_exit(99);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (pid_ > 0) kill();
    }

    std::uint32_t pid() const { return static_cast<std::uint32_t>(pid_); }
    void kill() {
        ::kill(pid_, SIGKILL);
        exit_code();
    }
    /// Waits for the end; -1 when it ended by a signal, or not within ten seconds.
    int exit_code() {
        if (!os::ProcessHandle::of(pid()).wait(std::chrono::seconds(10))) return -1;
        int status = 0;
        CHECK(::waitpid(pid_, &status, 0) == pid_);
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

private:
    pid_t pid_;
};

}  // namespace bridge32
