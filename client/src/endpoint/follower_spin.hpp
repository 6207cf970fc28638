// How a thread that waits for its reply while another one reads spins before it sleeps.
#pragma once

#include <atomic>
#include <limits>

#include "wire/spin.hpp"

namespace bridge32::client {

/// Any thread. No more threads spin than processors are left beside the reader and the host.
class FollowerSpin {
public:
    explicit FollowerSpin(wire::WaitMode mode) : FollowerSpin(mode, processors_left(mode)) {}
    FollowerSpin(wire::WaitMode mode, unsigned most) : budget_(mode), most_(most) {
        // The reader may be waiting for the very processor that a follower spins on.
        budget_.found_after_yielding(times::kFollowerYield);
    }

    /// Spins until `ready()`; false when that did not come, or when too many spin already.
    template <class Ready>
    bool until(const Ready& ready, Clock::time_point deadline) {
        const Place place(spinning_);
        wire::SpinBudget budget = budget_;
        return place.number() < most_ && wire::spin(budget, ready, deadline);
    }

private:
    class Place {
    public:
        explicit Place(std::atomic<unsigned>& count) noexcept
            : count_(count), number_(count.fetch_add(1, std::memory_order_relaxed)) {}
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;
        ~Place() { count_.fetch_sub(1, std::memory_order_relaxed); }
        unsigned number() const noexcept { return number_; }

    private:
        std::atomic<unsigned>& count_;
        unsigned number_;
    };

    static unsigned processors_left(wire::WaitMode mode) noexcept {
        if (mode == wire::WaitMode::kSpin) return std::numeric_limits<unsigned>::max();
        return std::max(os::usable_processors(), 2U) - 2;
    }

    wire::SpinBudget budget_;
    unsigned most_;
    std::atomic<unsigned> spinning_{0};
};

}  // namespace bridge32::client
