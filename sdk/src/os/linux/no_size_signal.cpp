#include "os/no_size_signal.hpp"

#include <pthread.h>
#include <signal.h>

#include <cerrno>

namespace bridge32::os {

namespace {

sigset_t size_signal() noexcept {
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGXFSZ);
    return set;
}

}  // namespace

NoSizeSignal::NoSizeSignal() noexcept {
    const sigset_t its = size_signal();
    sigset_t before;
    blocks_ =
        ::pthread_sigmask(SIG_BLOCK, &its, &before) == 0 && ::sigismember(&before, SIGXFSZ) == 0;
}

NoSizeSignal::~NoSizeSignal() {
    if (!blocks_) return;
    const sigset_t its = size_signal();
    const timespec now{};
    while (::sigtimedwait(&its, nullptr, &now) < 0 && errno == EINTR) {
    }
    ::pthread_sigmask(SIG_UNBLOCK, &its, nullptr);
}

}  // namespace bridge32::os
