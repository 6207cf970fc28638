#include "os/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/times.hpp"
#include "bridge32/error.hpp"
#include "os/linux/process_handle.hpp"

extern char** environ;

namespace bridge32::os {

namespace {

constexpr auto kPidfdWait = static_cast<idtype_t>(3);  // P_PIDFD; older headers lack the name

int as_fd(NativeHandle native) { return static_cast<int>(native); }

/// The pipe's two ends, closed on every path out.
struct Pipe {
    int read = -1;
    int write = -1;

    Pipe() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) {
            throw Error(std::string("cannot make a pipe for the host's output: ") +
                        std::strerror(errno));
        }
        read = ends[0];
        write = ends[1];
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() {
        if (read >= 0) ::close(read);
        if (write >= 0) ::close(write);
    }
    int take_read() { return std::exchange(read, -1); }
};

struct SpawnActions {
    posix_spawn_file_actions_t actions{};
    posix_spawnattr_t attributes{};

    SpawnActions() {
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawnattr_init(&attributes);
    }
    SpawnActions(const SpawnActions&) = delete;
    SpawnActions& operator=(const SpawnActions&) = delete;
    ~SpawnActions() {
        ::posix_spawn_file_actions_destroy(&actions);
        ::posix_spawnattr_destroy(&attributes);
    }
};

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& added) {
    std::vector<std::string> result;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string text = *entry;
        if (!added.contains(text.substr(0, text.find('=')))) result.push_back(text);
    }
    for (const auto& [name, value] : added) {
        std::string entry = name;
        entry += '=';
        entry += value;
        result.push_back(std::move(entry));
    }
    return result;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> result;
    result.reserve(strings.size() + 1);
    for (auto& text : strings)
        result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

std::string why_not_executable(const std::filesystem::path& executable, int error) {
    std::string reason = std::strerror(error);
    std::error_code ignored;
    if (error == ENOENT && !std::filesystem::exists(executable, ignored)) {
        return "there is no such file";
    }
    if (error == ENOENT || error == ENOEXEC) {
        return reason +
               ": the file is there, but this system cannot run it. A 32-bit program needs the "
               "32-bit loader and C library (Debian: apt-get install lib32stdc++6, or "
               "libc6:i386)";
    }
    if (error == EACCES) return reason + ": it is not executable (chmod +x?)";
    return reason;
}

}  // namespace

std::string ExitStatus::name() const {
    if (!known) return "unknown";
    if (!by_fault) return "exit code " + std::to_string(code);
    const char* abbreviation = ::sigabbrev_np(code);
    return abbreviation != nullptr ? std::string("SIG") + abbreviation
                                   : "signal " + std::to_string(code);
}

std::string ExitStatus::in_words() const {
    if (!known) return "an unknown cause (its exit status was collected elsewhere)";
    if (!by_fault) return name();
    const char* description = ::sigdescr_np(code);
    return description != nullptr ? name() + " (" + description + ")" : name();
}

ChildProcess::ChildProcess(std::uint32_t pid, ProcessHandle handle, NativeHandle out,
                           NativeHandle err) noexcept
    : pid_(pid), handle_(std::move(handle)), out_(out), err_(err) {}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(other.pid_),
      handle_(std::move(other.handle_)),
      out_(std::exchange(other.out_, kNoHandle)),
      err_(std::exchange(other.err_, kNoHandle)),
      collected_(std::exchange(other.collected_, true)) {}

ChildProcess ChildProcess::start(const ProcessOptions& options) {
    Pipe out;
    Pipe err;
    SpawnActions spawn;
    ::posix_spawn_file_actions_addopen(&spawn.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&spawn.actions, out.write, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&spawn.actions, err.write, STDERR_FILENO);
    ::posix_spawn_file_actions_addclosefrom_np(&spawn.actions, STDERR_FILENO + 1);
    if (!options.working_directory.empty()) {
        ::posix_spawn_file_actions_addchdir_np(&spawn.actions, options.working_directory.c_str());
    }
    // A client that blocks or ignores signals must not hand that down.
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&spawn.attributes, &none);
    ::posix_spawnattr_setsigdefault(&spawn.attributes, &all);
    int flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    if (options.own_session) flags |= POSIX_SPAWN_SETSID;
    ::posix_spawnattr_setflags(&spawn.attributes, static_cast<short>(flags));

    std::vector<std::string> arguments = options.arguments;
    arguments.insert(arguments.begin(), options.executable.string());
    std::vector<std::string> environment = merged_environment(options.environment);
    pid_t pid = -1;
    const int error =
        ::posix_spawn(&pid, options.executable.c_str(), &spawn.actions, &spawn.attributes,
                      pointers(arguments).data(), pointers(environment).data());
    if (error != 0) {
        std::error_code ignored;
        if (!options.working_directory.empty() &&
            !std::filesystem::is_directory(options.working_directory, ignored)) {
            throw Error("cannot start " + options.executable.string() + ": its working directory " +
                        options.working_directory.string() + " is not a folder");
        }
        throw Error("cannot start " + options.executable.string() + ": " +
                    why_not_executable(options.executable, error));
    }
    // Nobody collects the child before we do, so its number cannot mean another process yet.
    try {
        const auto number = static_cast<std::uint32_t>(pid);
        return {number, ProcessHandle::of(number), out.take_read(), err.take_read()};
    } catch (const Error& e) {
        ::kill(pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
        throw Error("cannot watch the process " + options.executable.string() + ": " + e.what());
    }
}

ChildProcess::~ChildProcess() {
    if (!collected_) {
        handle_.kill();
        handle_.wait(times::kKillWait);
        collect();
    }
    if (out_ >= 0) ::close(as_fd(out_));
    if (err_ >= 0) ::close(as_fd(err_));
}

ExitStatus ChildProcess::collect() noexcept {
    siginfo_t info{};
    int result = 0;
    const bool by_handle = is_pidfd(handle_.native());
    do {
        result = by_handle
                     ? ::waitid(kPidfdWait, static_cast<id_t>(handle_.native()), &info, WEXITED)
                     : ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED);
    } while (result != 0 && errno == EINTR);
    collected_ = true;
    if (result != 0) return {};
    return {true, info.si_code != CLD_EXITED, info.si_status};
}

void discard_output() noexcept {
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere < 0) return;
    ::dup2(nowhere, STDOUT_FILENO);
    ::dup2(nowhere, STDERR_FILENO);
    if (nowhere > STDERR_FILENO) ::close(nowhere);
}

std::uint32_t own_pid() noexcept { return static_cast<std::uint32_t>(::getpid()); }
std::uint32_t parent_pid() noexcept { return static_cast<std::uint32_t>(::getppid()); }

std::string executable_file(const std::string& name) { return name; }

}  // namespace bridge32::os
