#include "os/thread.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "bridge32/error.hpp"
#include "os/own_threads.hpp"

namespace bridge32::os {

namespace {

/// Attributes with this stack size; the rest as the system's default.
struct Attributes {
    pthread_attr_t native{};

    explicit Attributes(Stack stack) noexcept {
        ::pthread_attr_init(&native);
        ::pthread_attr_setstacksize(&native, static_cast<std::size_t>(stack));
    }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    ~Attributes() { ::pthread_attr_destroy(&native); }
};

/// While it lives, this thread gets no signals, and those that it starts never do. Faults are the
/// exception: blocked, they would end the process without its handler.
class NoSignals {
public:
    explicit NoSignals(Signals signals) noexcept : blocks_(signals == Signals::kNone) {
        if (!blocks_) return;
        sigset_t blocked;
        ::sigfillset(&blocked);
        for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT})
            ::sigdelset(&blocked, fault);
        ::pthread_sigmask(SIG_SETMASK, &blocked, &before_);
    }
    NoSignals(const NoSignals&) = delete;
    NoSignals& operator=(const NoSignals&) = delete;
    ~NoSignals() {
        if (blocks_) ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

private:
    bool blocks_;
    sigset_t before_{};
};

void* run(void* work) {
    const std::unique_ptr<std::function<void()>> mine(static_cast<std::function<void()>*>(work));
    (*mine)();
    return nullptr;
}

}  // namespace

struct Thread::State {
    pthread_t native;
};

Thread::Thread() noexcept = default;
Thread::Thread(Thread&&) noexcept = default;
Thread& Thread::operator=(Thread&&) noexcept = default;
Thread::~Thread() = default;

Thread::Thread(std::function<void()> work, Stack stack, Signals signals)
    : state_(std::make_unique<State>()) {
    auto mine = std::make_unique<std::function<void()>>(listed(std::move(work)));
    const Attributes attributes(stack);
    const NoSignals while_it_starts(signals);
    const int error = ::pthread_create(&state_->native, &attributes.native, run, mine.get());
    if (error != 0) {
        not_started();
        throw Error(std::string("cannot start a thread: ") + std::strerror(error) +
                    (error == EINVAL
                         ? ". A process whose children are in another PID namespace (unshare --pid "
                           "without --fork) can start none"
                         : ". The process has reached a limit of its threads or its memory (see "
                           "ulimit -u and ulimit -v)"));
    }
    static_cast<void>(mine.release());
}

bool Thread::is_this_thread() const noexcept {
    return joinable() && ::pthread_equal(state_->native, ::pthread_self()) != 0;
}

void Thread::join() noexcept {
    ::pthread_join(state_->native, nullptr);
    state_ = nullptr;
}

void Thread::detach() noexcept {
    ::pthread_detach(state_->native);
    state_ = nullptr;
}

std::uint64_t this_thread_number() noexcept {
    return static_cast<std::uint64_t>(::syscall(SYS_gettid));
}

void set_default_stacks() noexcept {
    const Attributes attributes(Stack::kForOthers);
    ::pthread_setattr_default_np(&attributes.native);
    // The main thread's stack grows up to what the limit is then; programs that the host starts
    // inherit it.
    rlimit limit{};
    if (::getrlimit(RLIMIT_STACK, &limit) != 0) return;
    const auto own_stack = static_cast<rlim_t>(Stack::kForOthers);
    if (limit.rlim_cur >= own_stack) return;
    // `ulimit -s` in a shell lowers both limits, which only root can undo.
    const rlimit both{own_stack, std::max(own_stack, limit.rlim_max)};
    if (::setrlimit(RLIMIT_STACK, &both) == 0) return;
    limit.rlim_cur = std::min(own_stack, limit.rlim_max);
    ::setrlimit(RLIMIT_STACK, &limit);
}

}  // namespace bridge32::os
