// What happens in a child made by fork.
#pragma once

#include <signal.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <thread>

namespace bridge32::test {

/// How the child ended: its exit code, 1000 and a signal's number, or -1 when it had to be killed.
inline int end_of(pid_t child, std::chrono::seconds limit = std::chrono::seconds(20)) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    int status = 0;
    while (::waitpid(child, &status, WNOHANG) != child) {
        if (std::chrono::steady_clock::now() > deadline) {
            ::kill(child, SIGKILL);
            ::waitpid(child, nullptr, 0);
            return -1;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

/// Runs `body` in a child and returns its result, as `end_of` does. What it throws is 99.
inline int in_child(const std::function<int()>& body, pid_t (*make_child)() = ::fork) {
    const pid_t child = make_child();
    if (child != 0) return end_of(child);
    int result = 99;
    try {
        result = body();
    } catch (...) {
    }
    ::_exit(result);
}

/// A fork that no handler of pthread_atfork learns of.
inline pid_t fork_unnoticed() {
    return static_cast<pid_t>(::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
}

}  // namespace bridge32::test
