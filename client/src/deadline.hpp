// Time limits as points of time.
#pragma once

#include <algorithm>
#include <chrono>

namespace bridge32::client {

using Clock = std::chrono::steady_clock;

/// `limit` from now; now, when it is negative. Callers may give any limit: one of years has no
/// end, as adding it to the clock would overflow.
inline Clock::time_point deadline_after(std::chrono::milliseconds limit) {
    if (limit > std::chrono::hours(24 * 365)) return Clock::time_point::max();
    return Clock::now() + std::max(limit, std::chrono::milliseconds(0));
}

}  // namespace bridge32::client
