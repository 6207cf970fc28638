// Stopping the host in order, within a time limit: on a signal, or when the control segment asks.
#pragma once

#include <chrono>
#include <functional>

#include "os/thread.hpp"

namespace bridge32::host {

/// True after `request_stop`.
bool stop_requested() noexcept;
/// Asks the host to end. Async-signal-safe once a StopGuard has been made.
void request_stop() noexcept;

/// Limits the time of a requested stop, whatever the plugins do, from a thread that sleeps until
/// then. One at a time in a process.
class StopGuard {
public:
    /// If this object still exists `limit` after the request, calls `leave` on the guard's thread
    /// and ends the process with kExitStopTimeout. Calls `asked` a few times a second, and requests
    /// the stop when it returns true: the main thread may be too busy to look. Throws
    /// bridge32::Error if there is no thread to be had.
    StopGuard(std::chrono::milliseconds limit, std::function<void()> leave,
              std::function<bool()> asked = {});
    StopGuard(const StopGuard&) = delete;
    StopGuard& operator=(const StopGuard&) = delete;
    ~StopGuard();

private:
    void watch(std::chrono::milliseconds limit, const std::function<void()>& leave,
               const std::function<bool()>& asked);

    os::Thread thread_;
};

}  // namespace bridge32::host
