#include "os/sleep.hpp"

#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <ctime>

#include "base/times.hpp"

namespace bridge32::os {

static_assert(sizeof(std::atomic<std::uint32_t>) == 4, "a futex is a plain 32-bit word");

struct SleepingPlace::Events {};

SleepingPlace::SleepingPlace(std::atomic<std::uint32_t>& word, std::atomic<std::uint32_t>& events,
                             const std::string& /*name*/)
    : word_(&word), events_(&events) {}

// Without FUTEX_PRIVATE_FLAG the kernel finds the waiter by the page and not by the address, so
// a 32-bit and a 64-bit process meet. SYS_futex of a 32-bit process takes the old timespec,
// whose members are `long`.
void SleepingPlace::sleep(std::uint32_t seen, std::chrono::nanoseconds timeout) noexcept {
    if (timeout.count() <= 0) return;
    // "For ever" in nanoseconds does not fit the seconds of a 32-bit `long`.
    timeout = std::min<std::chrono::nanoseconds>(timeout, times::kLongestWait);
    struct {
        long seconds;
        long nanoseconds;
    } wait{static_cast<long>(timeout.count() / 1'000'000'000),
           static_cast<long>(timeout.count() % 1'000'000'000)};
    ::syscall(SYS_futex, word_, FUTEX_WAIT, seen, &wait, nullptr, 0);
}

void SleepingPlace::wake() noexcept {
    ::syscall(SYS_futex, word_, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

void yield() noexcept { ::sched_yield(); }

unsigned usable_processors() noexcept {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    const int count = CPU_COUNT(&set);
    return count > 0 ? static_cast<unsigned>(count) : 1;
}

}  // namespace bridge32::os
