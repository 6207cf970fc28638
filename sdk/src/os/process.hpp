// Starting a process, reading what it prints, knowing whether it is alive and how it ended.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "os/fork.hpp"

namespace bridge32::os {

/// What a child calls the descriptor that it inherits beside its streams.
inline constexpr int kInheritedDescriptor = 3;

/// How a process ended.
struct ExitStatus {
    bool known = false;     ///< false when somebody else collected the status
    bool by_fault = false;  ///< true: `code` is the signal's number, or the exception's code
    int code = 0;

    /// For people: "SIGSEGV (Segmentation fault)", "EXCEPTION_ACCESS_VIOLATION (access to memory
    /// that is not there)", "exit code 3".
    std::string in_words() const;
    /// For programs: "SIGSEGV", "EXCEPTION_ACCESS_VIOLATION", "exit code 3".
    std::string name() const;
};

/// A handle to a process, not to its number, which the system reuses. Movable. Thread-safe.
class ProcessHandle {
public:
    /// Throws bridge32::Error if there is no such process.
    static ProcessHandle of(std::uint32_t pid);
    /// The same; nothing for 0, which is a process that this one does not see.
    static std::optional<ProcessHandle> of_visible(std::uint32_t pid) {
        return pid == 0 ? std::nullopt : std::optional(of(pid));
    }

    explicit ProcessHandle(NativeHandle native, std::uint32_t pid = 0) noexcept
        : native_(native), pid_(pid) {}
    bool alive() const noexcept { return !wait(std::chrono::milliseconds(0)); }
    /// Waits for its end; false if `timeout` passed first.
    bool wait(std::chrono::milliseconds timeout) const noexcept;
    /// Kills it. Harmless if it has ended.
    void kill() const noexcept;
    /// Linux: a pidfd where the kernel has them. Windows: a process handle.
    NativeHandle native() const noexcept { return native_.get(); }
    /// False if something in this process has closed the handle: then the number must do.
    bool intact() const noexcept { return native_.intact(); }

private:
    OwnHandle native_;
    std::uint32_t pid_;
};

struct ProcessOptions {
    std::filesystem::path executable;
    std::vector<std::string> arguments;              ///< without the program's own name
    std::map<std::string, std::string> environment;  ///< added to ours
    std::filesystem::path working_directory;         ///< empty: ours
    bool own_session = false;  ///< not part of our terminal's: it may outlive us and our group
    /// Linux: a descriptor of ours that the child gets as kInheritedDescriptor.
    NativeHandle inherited = kNoHandle;
};

/// A child process whose stdout and stderr we read. It inherits nothing else that it is not given.
/// On Windows it has no
/// console window, and always ends with this process.
class ChildProcess {
public:
    /// Throws bridge32::Error with the executable and the system's reason.
    static ChildProcess start(const ProcessOptions& options);

    ChildProcess(ChildProcess&&) noexcept;
    ChildProcess& operator=(ChildProcess&&) = delete;
    /// Kills it if it is still running, and this process has started it.
    ~ChildProcess();

    std::uint32_t pid() const noexcept { return pid_; }
    const ProcessHandle& handle() const noexcept { return handle_; }
    /// The ends of the pipes that we read.
    NativeHandle out() const noexcept { return out_.get(); }
    NativeHandle err() const noexcept { return err_.get(); }
    /// False if something in this process has closed the end, and its number may mean another file.
    bool out_intact() const noexcept { return out_.intact(); }
    bool err_intact() const noexcept { return err_.intact(); }

    /// Collects the status of a process that has ended; of one that does not end although it was
    /// killed, after times::kKillWait an unknown one.
    ExitStatus collect() noexcept;

private:
    ChildProcess(std::uint32_t pid, ProcessHandle handle, NativeHandle out,
                 NativeHandle err) noexcept;

    std::uint32_t pid_;
    ProcessHandle handle_;
    OwnHandle out_;
    OwnHandle err_;
    OwnerProcess owner_;
    bool collected_ = false;
};

enum class Output { kOut, kErr };

/// Reads a child's stdout and stderr and passes them to `sink` as they arrive, until the child has
/// ended; then the rest in the pipes. Does not wait for grandchildren that inherited the pipes.
/// Blocks; meant for a separate thread.
void read_output_until_exit(const ChildProcess& child,
                            const std::function<void(Output, std::string_view)>& sink);

/// Discards everything that this process prints from now on.
void discard_output() noexcept;

std::uint32_t own_pid() noexcept;
/// The process that started this one; 0 on Windows, where this is unknown.
std::uint32_t parent_pid() noexcept;

/// The file of a program of that name: on Windows with ".exe".
std::string executable_file(const std::string& name);

/// 32 or 64.
constexpr int own_bits() noexcept { return static_cast<int>(8 * sizeof(void*)); }

}  // namespace bridge32::os
