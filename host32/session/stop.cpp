#include "host32/session/stop.hpp"

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/times.hpp"
#include "host32/session/exit_code.hpp"
#include "os/process.hpp"
#include "os/sleep.hpp"

namespace bridge32::host {

namespace {

std::atomic<bool> requested{false};
std::atomic<bool> over{false};       // the guard need not watch any longer
std::atomic<std::uint32_t> news{0};  // what the guard sleeps at
std::atomic<std::uint32_t> events{0};
std::atomic<os::SleepingPlace*> place{nullptr};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler uses them");
static_assert(std::atomic<std::uint32_t>::is_always_lock_free, "a signal handler uses them");

void wake() noexcept {
    news.fetch_add(1);
    if (auto* const sleeping = place.load()) sleeping->wake();
}

/// Sleeps until there are news that `done` wants, or `deadline`.
template <class Done>
bool sleep_until(const Done& done, Clock::time_point deadline) {
    for (;;) {
        const std::uint32_t seen = news.load();
        if (done()) return true;
        const auto left = deadline - Clock::now();
        if (left.count() <= 0) return false;
        place.load()->sleep(seen, left);
    }
}

}  // namespace

bool stop_requested() noexcept { return requested.load(std::memory_order_relaxed); }

void request_stop() noexcept {
    requested.store(true);
    wake();
}

StopGuard::StopGuard(std::chrono::milliseconds limit, std::function<void()> leave,
                     std::function<bool()> asked) {
    // Never destroyed before the process ends: a signal may arrive at any time.
    static os::SleepingPlace sleeping(news, events,
                                      "bridge32-stop-" + std::to_string(os::own_pid()));
    place.store(&sleeping);
    over.store(false);
    thread_ = os::Thread([this, limit, leave = std::move(leave),
                          asked = std::move(asked)] { watch(limit, leave, asked); },
                         os::Stack::kForOurs);
}

StopGuard::~StopGuard() {
    over.store(true);
    wake();
    thread_.join();
}

void StopGuard::watch(std::chrono::milliseconds limit, const std::function<void()>& leave,
                      const std::function<bool()>& asked) {
    const auto noticed = [] { return over.load() || requested.load(); };
    while (
        !sleep_until(noticed, asked ? Clock::now() + times::kStopLook : Clock::time_point::max())) {
        if (asked()) request_stop();
    }
    if (sleep_until([] { return over.load(); }, Clock::now() + limit)) return;
    leave();
    std::_Exit(kExitStopTimeout);
}

}  // namespace bridge32::host
