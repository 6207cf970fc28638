// Spinning while another thread or process is about to reply.
#pragma once

#include <algorithm>
#include <chrono>

#include "base/times.hpp"
#include "os/sleep.hpp"
#include "wire/layout.hpp"

namespace bridge32::wire {

/// How long to spin before sleeping, and how. A spinning wait answers in a fraction of a
/// microsecond, a sleeping one in tens of them, so a caller in a loop must find its peer spinning;
/// an idle process must not. In the adaptive mode the budget shrinks while spinning keeps failing.
class SpinBudget {
public:
    explicit SpinBudget(WaitMode mode) noexcept;

    std::chrono::nanoseconds get() const noexcept { return budget_; }
    void found_while_spinning() noexcept {
        failures_ = 0;
        peer_beside_us_ = false;
        if (mode_ == WaitMode::kAdaptive) budget_ = times::kLongestSpin;
    }
    /// What we wait for was there when we had let others run, for so long.
    void found_after_yielding(std::chrono::nanoseconds away) noexcept {
        found_while_spinning();
        peer_beside_us_ = times::kTwoSwitches <= away && away <= times::kOthersTurn;
    }
    /// The spin failed, and the sleep after it took `slept`.
    void had_to_sleep(std::chrono::nanoseconds slept) noexcept;

    /// The peer runs on our processor, it seems: it cannot move while we spin.
    bool peer_beside_us() const noexcept { return peer_beside_us_; }

private:
    // A yield that finds nobody returns sooner; one to the peer and back takes two switches; one
    // to somebody else takes a time slice, which nobody gives away for every message.
    WaitMode mode_;
    std::chrono::nanoseconds budget_;
    unsigned failures_ = 0;
    bool peer_beside_us_ = false;
};

/// Spins until `ready()`; false when the budget was used up, or at `deadline`, or after `longest`.
/// The clock is not looked at for the first microseconds: that takes as long as a message does.
template <class Ready>
bool spin(SpinBudget& budget, const Ready& ready, Clock::time_point deadline,
          Clock::duration longest = times::kLongestSpin) {
    constexpr int kTurnsWithoutClock = 96;
    constexpr int kTurns = 32;
    const auto look = [&](int turns) {
        for (int turn = 0; turn < turns; ++turn) {
            os::relax();
            if (ready()) return true;
        }
        return false;
    };
    if (budget.get().count() == 0) return false;
    if (!budget.peer_beside_us() && look(kTurnsWithoutClock)) {
        budget.found_while_spinning();
        return true;
    }
    const auto start = Clock::now();
    const auto end = std::min(deadline, start + std::min<Clock::duration>(budget.get(), longest));
    for (auto now = start; now < end; now = Clock::now()) {
        os::yield();  // the peer may be waiting for the very processor that we spin on
        if (ready()) {
            budget.found_after_yielding(Clock::now() - now);
            return true;
        }
        if (look(kTurns)) {
            budget.found_while_spinning();
            return true;
        }
    }
    return false;
}

}  // namespace bridge32::wire
