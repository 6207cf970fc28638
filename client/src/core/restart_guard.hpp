// Keeps a client from starting hosts for ever that die again at once.
#pragma once

#include <algorithm>
#include <chrono>
#include <exception>
#include <string>

#include "base/times.hpp"
#include "bridge32/error.hpp"

namespace bridge32::client {

/// One thread at a time.
class RestartGuard {
public:
    RestartGuard(int limit, std::chrono::milliseconds delay) noexcept
        : limit_(std::max(limit, 1)),
          delay_(std::clamp(delay, std::chrono::milliseconds(0), kLongestDelay)) {}

    /// When the next start may be tried. Throws StartupError when there were too many failures.
    Clock::time_point next_try(const std::string& plugin) const {
        if (failures_ < limit_) return next_try_;
        throw StartupError(
            "the host of " + plugin + " failed to start " + std::to_string(failures_) +
            " times in a row. Call Client::restart to try again. Last error: " + reason_);
    }

    void succeeded() noexcept {
        failures_ = 0;
        next_try_ = {};
    }

    void failed(const std::exception& reason) {
        reason_ = reason.what();
        constexpr int kMostDoublings = 10;
        next_try_ = deadline_after(delay_ * (1 << std::min(failures_, kMostDoublings)));
        ++failures_;
    }

private:
    static constexpr std::chrono::milliseconds kLongestDelay = std::chrono::hours(24 * 365);

    int limit_;
    std::chrono::milliseconds delay_;
    int failures_ = 0;
    Clock::time_point next_try_{};
    std::string reason_;
};

}  // namespace bridge32::client
