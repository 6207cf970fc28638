#include "os/thread.hpp"

#include <windows.h>

#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "bridge32/error.hpp"
#include "os/own_threads.hpp"

namespace bridge32::os {

struct Thread::State {
    std::thread native;
};

Thread::Thread() noexcept = default;
Thread::Thread(Thread&&) noexcept = default;
Thread& Thread::operator=(Thread&&) noexcept = default;
Thread::~Thread() = default;

// The stack is as large as the program's header says, which no user's setting changes.
Thread::Thread(std::function<void()> work, Stack /*stack*/, Signals /*signals*/)
    : state_(std::make_unique<State>()) {
    auto mine = listed(std::move(work));
    try {
        state_->native = std::thread(std::move(mine));
    } catch (const std::system_error& e) {
        not_started();
        throw Error(std::string("cannot start a thread: ") + e.what() +
                    ". The process has run out of memory or address space");
    }
}

bool Thread::is_this_thread() const noexcept {
    return joinable() && state_->native.get_id() == std::this_thread::get_id();
}

void Thread::join() noexcept {
    state_->native.join();
    state_ = nullptr;
}

void Thread::detach() noexcept {
    state_->native.detach();
    state_ = nullptr;
}

std::uint64_t this_thread_number() noexcept { return ::GetCurrentThreadId(); }

void set_default_stacks() noexcept {}

}  // namespace bridge32::os
