// The end of the host that a signal asks for: in order, and within a time limit.
#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace bridge32::host {

/// Was `request_stop` called?
bool stop_requested() noexcept;
/// Asks the host to end. Async-signal-safe once a StopGuard was made.
void request_stop() noexcept;

/// Sees to it that a requested stop takes a limited time, whatever the plugins do: from a thread
/// that sleeps until then. One at a time in a process.
class StopGuard {
public:
    /// When the process has not let go of this object `limit` after the request, calls `leave`,
    /// on the guard's thread, and ends the process with kExitStopTimeout.
    /// `asked`, which is looked at a few times a second, requests the stop, too: the main thread
    /// may be busy.
    StopGuard(std::chrono::milliseconds limit, std::function<void()> leave,
              std::function<bool()> asked = {});
    StopGuard(const StopGuard&) = delete;
    StopGuard& operator=(const StopGuard&) = delete;
    ~StopGuard();

private:
    void watch(std::chrono::milliseconds limit, const std::function<void()>& leave,
               const std::function<bool()>& asked);

    std::thread thread_;
};

}  // namespace bridge32::host
