// A private host: the process, what it prints, and how it ended.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "bridge32/options.hpp"
#include "os/process.hpp"

namespace bridge32::client {

/// Any thread may call any function.
class HostProcess {
public:
    /// Starts it. `on_output` and `on_exit` are called on a thread of this object's. Throws
    /// bridge32::Error.
    HostProcess(const os::ProcessOptions& options,
                std::function<void(Stream, std::string_view)> on_output,
                std::function<void()> on_exit);
    HostProcess(const HostProcess&) = delete;
    HostProcess& operator=(const HostProcess&) = delete;
    /// Kills it if it is still running.
    ~HostProcess();

    std::uint32_t pid() const noexcept { return child_.pid(); }
    bool alive() const noexcept { return child_.handle().alive(); }
    /// Waits for its end; false if `timeout` passed first.
    bool wait(std::chrono::milliseconds timeout) const noexcept {
        return child_.handle().wait(timeout);
    }
    void kill() const noexcept { child_.handle().kill(); }

    /// How it ended; waits until it is known. Only for a process that has ended or was killed.
    os::ExitStatus status();
    /// What it has printed so far; all of it once `status` has returned.
    Streams printed() const;

private:
    void watch();
    /// Keeps what the host printed, and gives it to on_output.
    void take_output(bool err, std::string_view text);
    /// With BRIDGE32_LOG: shows the lines of the host's log at once, and gives the others to
    /// take_output. `last`: nothing follows.
    void sort_lines(std::string_view text, bool last);

    os::ChildProcess child_;
    std::function<void(Stream, std::string_view)> on_output_;
    std::function<void()> on_exit_;
    mutable std::mutex mutex_;
    Streams printed_;
    std::string line_;  // of stderr that has no end yet, while there is a log
    os::ExitStatus status_;
    std::once_flag joined_;
    std::thread watcher_;
};

}  // namespace bridge32::client
