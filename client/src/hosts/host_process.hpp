// A private host: the process, what it prints, and how it ended.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "bridge32/options.hpp"
#include "os/process.hpp"
#include "os/thread.hpp"

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

    std::uint32_t pid() const noexcept;
    bool alive() const noexcept;
    /// Waits for its end; false if `timeout` passed first.
    bool wait(std::chrono::milliseconds timeout) const noexcept;
    void kill() const noexcept;

    /// How it ended; waits until it is known. Only for a process that has ended or was killed. The
    /// status of one that lives on all the same is unknown after times::kKilledHostEnd, and in
    /// `on_output`.
    os::ExitStatus status();
    /// What it has printed so far, and all that it printed once `status` has returned; of much, the
    /// beginning and the end (os::KeptText).
    Streams printed() const;

private:
    struct Watch;  // what the thread uses, which may outlive this object

    std::shared_ptr<Watch> watch_;
    os::Thread watcher_;
};

}  // namespace bridge32::client
