// Timing one thing: how long each call took.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace bench {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

/// What one stretch of calls took, in nanoseconds.
struct Timing {
    double p50 = 0;
    double p99 = 0;
    double mean = 0;  ///< over the whole stretch
    std::size_t calls = 0;
};

inline double quantile(std::vector<double>& values, double q) {
    if (values.empty()) throw std::logic_error("nothing was measured");
    const std::ptrdiff_t at = std::lround(q * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return values[static_cast<std::size_t>(at)];
}

inline double median(std::vector<double> values) { return quantile(values, 0.5); }

inline Timing timing_of(std::vector<double> nanoseconds) {
    Timing timing;
    timing.calls = nanoseconds.size();
    for (const double ns : nanoseconds)
        timing.mean += ns / static_cast<double>(nanoseconds.size());
    timing.p50 = quantile(nanoseconds, 0.5);
    timing.p99 = quantile(nanoseconds, 0.99);
    return timing;
}

/// For how long, and how often, something is to be called.
struct Budget {
    Seconds warm_up{0.05};
    Seconds time{0.25};
    std::size_t most = 1U << 20;  ///< calls
    std::size_t least = 1;        ///< calls, also when they take longer than `time`
};

/// Times each call of `call()`. One reading of the clock a call, which is in the figure.
template <class Call>
Timing time_calls(const Budget& budget, const Call& call) {
    thread_local std::vector<double> times(1U << 20);  // touched once: no page faults in the loop
    const auto warm = Clock::now() + budget.warm_up;
    do {
        call();
    } while (Clock::now() < warm);

    const std::size_t most = std::min(budget.most, times.size());
    const auto end = Clock::now() + budget.time;
    std::size_t count = 0;
    auto last = Clock::now();
    while (count < most && (last < end || count < budget.least)) {
        call();
        const auto now = Clock::now();
        times[count++] = std::chrono::duration<double, std::nano>(now - last).count();
        last = now;
    }
    return timing_of({times.begin(), times.begin() + static_cast<std::ptrdiff_t>(count)});
}

/// The average without a clock between the calls: `batch()` makes `size` of them.
template <class Batch>
Timing time_batches(const Budget& budget, std::size_t size, const Batch& batch) {
    const auto warm = Clock::now() + budget.warm_up;
    do {
        batch();
    } while (Clock::now() < warm);
    const auto start = Clock::now();
    const auto end = start + budget.time;
    std::size_t count = 0;
    auto now = start;
    do {
        batch();
        count += size;
        now = Clock::now();
    } while (now < end);
    const double mean =
        std::chrono::duration<double, std::nano>(now - start).count() / static_cast<double>(count);
    return {mean, mean, mean, count};
}

/// What the contestants' servers add up.
inline void check_sum(int sum) {
    if (sum != 3) throw std::runtime_error("1 + 2 came back as " + std::to_string(sum));
}

}  // namespace bench
