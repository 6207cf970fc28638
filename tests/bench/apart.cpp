#include "apart.hpp"

#include <filesystem>
#include <string>
#include <system_error>

namespace bench {

namespace {

void pin_all_threads(pid_t process, const cpu_set_t& set) {
    std::error_code error;
    const std::filesystem::directory_iterator threads("/proc/" + std::to_string(process) + "/task",
                                                      error);
    for (const auto& thread : threads) {
        ::sched_setaffinity(std::stoi(thread.path().filename().string()), sizeof set, &set);
    }
}

}  // namespace

Apart::Apart(const Effort& effort, pid_t server) {
    ::sched_getaffinity(0, sizeof before_, &before_);
    if (!effort.pin || server == 0 || CPU_COUNT(&before_) < 2) return;
    cpu_set_t own;
    cpu_set_t its;
    CPU_ZERO(&own);
    CPU_ZERO(&its);
    for (int cpu = 0; CPU_COUNT(&its) == 0; ++cpu) {
        if (CPU_ISSET(cpu, &before_)) CPU_SET(cpu, CPU_COUNT(&own) == 0 ? &own : &its);
    }
    ::sched_setaffinity(0, sizeof own, &own);
    pin_all_threads(server, its);
    pinned_ = true;
}

Apart::~Apart() {
    if (pinned_) ::sched_setaffinity(0, sizeof before_, &before_);
}

}  // namespace bench
