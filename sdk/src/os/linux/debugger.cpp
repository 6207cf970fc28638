#include "os/debugger.hpp"

#include <signal.h>
#include <sys/prctl.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <string>
#include <thread>

#include "base/times.hpp"

namespace bridge32::os {

namespace {

std::atomic<bool> told_to_go_on{false};

void go_on(int) { told_to_go_on.store(true); }

}  // namespace

const bool kGoesOnBySignal = true;

bool debugger_attached() noexcept {
    try {
        std::ifstream status("/proc/self/status");
        for (std::string word; status >> word;) {
            if (word != "TracerPid:") continue;
            long tracer = 0;
            return status >> tracer && tracer != 0;
        }
    } catch (...) {
        // Then it is unknown.
    }
    return false;
}

void wait_for_debugger(const std::function<void()>& announce) {
    struct sigaction action {};
    struct sigaction before {};
    action.sa_handler = go_on;
    sigaction(SIGCONT, &action, &before);
    // Where only a parent may attach (Yama), all may now.
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
    announce();
    while (!debugger_attached() && !told_to_go_on.load())
        std::this_thread::sleep_for(times::kProcessPoll);
    prctl(PR_SET_PTRACER, 0, 0, 0, 0);
    sigaction(SIGCONT, &before, nullptr);
}

}  // namespace bridge32::os
