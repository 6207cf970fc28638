#include "wire/spin.hpp"

#include <algorithm>

#include "base/times.hpp"

namespace bridge32::wire {

namespace {
constexpr unsigned kFailuresBeforeShrinking = 8;
}

SpinBudget::SpinBudget(WaitMode mode) noexcept : mode_(mode), budget_(times::kLongestSpin) {
    if (mode == WaitMode::kSpin) budget_ = times::kForever;
    // On one processor the peer cannot move while we spin.
    if (mode == WaitMode::kBlock) budget_ = {};
    if (mode == WaitMode::kAdaptive && os::usable_processors() == 1) {
        mode_ = WaitMode::kBlock;
        budget_ = {};
    }
}

void SpinBudget::had_to_sleep(std::chrono::nanoseconds slept) noexcept {
    if (mode_ != WaitMode::kAdaptive) return;
    if (slept < times::kLongestSpin) {  // the full budget would have been enough
        found_while_spinning();
        return;
    }
    if (++failures_ % kFailuresBeforeShrinking == 0)
        budget_ = std::max(budget_ / 2, times::kShortestSpin);
}

}  // namespace bridge32::wire
