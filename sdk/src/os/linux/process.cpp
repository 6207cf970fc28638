#include "os/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "base/times.hpp"
#include "bridge32/error.hpp"
#include "os/environment.hpp"
#include "os/no_cancellation.hpp"

extern char** environ;

namespace bridge32::os {

namespace {

constexpr auto kPidfdWait = static_cast<idtype_t>(3);  // P_PIDFD; older headers lack the name

int as_fd(NativeHandle native) { return static_cast<int>(native); }

/// Kernels before 5.3, valgrind, and containers whose filter answers EPERM, have no pidfd. There a
/// handle is the process's folder in /proc: it stays that process's, and reading in it fails once
/// the process is gone. Its end wakes nobody, so waiting polls: see times::kProcessPoll.
bool is_pidfd(NativeHandle native) noexcept {
    struct stat facts {};
    return ::fstat(as_fd(native), &facts) != 0 || !S_ISDIR(facts.st_mode);
}

/// The pipe's two ends, closed on every path out.
struct Pipe {
    int read = -1;
    int write = -1;

    Pipe() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) {
            throw Error(std::string("cannot create a pipe for the host's output: ") +
                        std::strerror(errno) + (errno == EMFILE ? " (see ulimit -n)" : ""));
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

/// The bitness of an ELF file; 0 if it is none, or cannot be read.
int bits_of(const std::filesystem::path& file) {
    std::array<char, 5> begin{};
    const int opened = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (opened < 0) return 0;
    const bool whole = ::read(opened, begin.data(), begin.size()) == ssize_t{begin.size()};
    ::close(opened);
    if (!whole || std::string_view(begin.data(), 4) !=
                      "\x7f"
                      "ELF")
        return 0;
    return begin[4] == 1 ? 32 : 64;
}

/// True if a library that LD_PRELOAD names is known to be of the other bitness only. A name without
/// a folder is looked for where distributions put libraries; one that is not there may fit.
bool misfits(std::string_view entry, int bits) {
    const auto other = [bits](const std::filesystem::path& file) {
        const int its_bits = bits_of(file);
        return its_bits != 0 && its_bits != bits;
    };
    if (entry.find('/') != std::string_view::npos) return other(entry);
    bool found = false;
    for (const char* folder :
         {"/lib32", "/usr/lib32", "/lib/i386-linux-gnu", "/usr/lib/i386-linux-gnu", "/lib64",
          "/usr/lib64", "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/usr/lib"}) {
        const auto file = std::filesystem::path(folder) / entry;
        if (bits_of(file) == bits) return false;
        found = found || other(file);
    }
    return found;
}

/// The libraries of LD_PRELOAD or LD_AUDIT without those of the other bitness, which the program's
/// loader would complain of to stderr, and ignore.
std::string fitting_libraries(std::string_view list, int bits) {
    std::string result;
    for (std::size_t at = 0; at < list.size();) {
        const std::size_t end = std::min(list.find_first_of(" :", at), list.size());
        const std::string_view entry = list.substr(at, end - at);
        at = end + 1;
        if (entry.empty() || misfits(entry, bits)) continue;
        result += (result.empty() ? "" : ":") + std::string(entry);
    }
    return result;
}

void fit_libraries(std::vector<std::string>& environment, const std::filesystem::path& program) {
    const int bits = bits_of(program);
    if (bits == 0) return;
    for (const std::string_view name : {"LD_PRELOAD=", "LD_AUDIT="}) {
        std::erase_if(environment, [&](std::string& entry) {
            if (!entry.starts_with(name)) return false;
            const auto fitting =
                fitting_libraries(std::string_view(entry).substr(name.size()), bits);
            entry = std::string(name) + fitting;
            return fitting.empty();
        });
    }
}

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& added) {
    std::vector<std::string> result;
    const bool foreign = environment_is_foreign();
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string text = *entry;
        // What this program ignores, its host would obey if it has only one user by then.
        if (foreign && text.starts_with("BRIDGE32_")) continue;
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

/// Of a child that has ended. One that hangs in the kernel, or that we may not kill, stays.
ExitStatus collect_status(idtype_t kind, id_t which) noexcept {
    const NoCancellation whole;
    const auto deadline = deadline_after(times::kKillWait);
    for (;;) {
        siginfo_t info{};
        if (::waitid(kind, which, &info, WEXITED | WNOHANG) != 0) {
            if (errno != EINTR) return {};
        } else if (info.si_pid != 0) {
            return {true, info.si_code != CLD_EXITED, info.si_status};
        } else if (Clock::now() >= deadline) {
            return {};
        } else {
            std::this_thread::sleep_for(times::kProcessPoll);
        }
    }
}

std::string why_not_executable(const std::filesystem::path& executable, int error) {
    std::string reason = std::strerror(error);
    std::error_code ignored;
    if (error == ENOENT && !std::filesystem::exists(executable, ignored)) {
        return "file not found";
    }
    if (error == ENOENT || error == ENOEXEC) {
        return reason +
               ": this system cannot run the file. A 32-bit program needs the 32-bit loader and C "
               "library (Debian: apt-get install lib32stdc++6, or libc6:i386)";
    }
    if (error == EPERM) {
        return reason +
               ": in a container, its seccomp filter may answer EPERM to clone3, without which "
               "this C "
               "library starts neither threads nor programs. Update the container's runtime";
    }
    if (error == EACCES) return reason + ": it is not executable (try chmod +x)";
    if (error == EAGAIN) return reason + ": this user has too many processes (see ulimit -u)";
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
      out_(std::move(other.out_)),
      err_(std::move(other.err_)),
      collected_(std::exchange(other.collected_, true)) {}

ChildProcess ChildProcess::start(const ProcessOptions& options) {
    Pipe out;
    Pipe err;
    SpawnActions spawn;
    ::posix_spawn_file_actions_addopen(&spawn.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&spawn.actions, out.write, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&spawn.actions, err.write, STDERR_FILENO);
    int first_closed = STDERR_FILENO + 1;
    if (options.inherited != kNoHandle) {
        // Also if it has that number already: then only its close-on-exec flag goes.
        ::posix_spawn_file_actions_adddup2(&spawn.actions, as_fd(options.inherited),
                                           kInheritedDescriptor);
        first_closed = kInheritedDescriptor + 1;
    }
    ::posix_spawn_file_actions_addclosefrom_np(&spawn.actions, first_closed);
    if (!options.working_directory.empty()) {
        ::posix_spawn_file_actions_addchdir_np(&spawn.actions, options.working_directory.c_str());
    }
    // A client that blocks or ignores signals must not hand that down; nohup is for all that it
    // starts.
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::sigdelset(&all, SIGHUP);
    ::posix_spawnattr_setsigmask(&spawn.attributes, &none);
    ::posix_spawnattr_setsigdefault(&spawn.attributes, &all);
    int flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    if (options.own_session) flags |= POSIX_SPAWN_SETSID;
    ::posix_spawnattr_setflags(&spawn.attributes, static_cast<short>(flags));

    std::vector<std::string> arguments = options.arguments;
    arguments.insert(arguments.begin(), options.executable.string());
    std::vector<std::string> environment = merged_environment(options.environment);
    fit_libraries(environment, options.executable);
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
        collect_status(P_PID, static_cast<id_t>(pid));
        throw Error("cannot monitor process " + options.executable.string() + ": " + e.what());
    }
}

ChildProcess::~ChildProcess() {
    if (collected_ || !owner_.is_this()) return;
    handle_.kill();
    if (handle_.wait(times::kKillWait)) collect();
}

ExitStatus ChildProcess::collect() noexcept {
    collected_ = true;
    return handle_.intact() && is_pidfd(handle_.native())
               ? collect_status(kPidfdWait, static_cast<id_t>(handle_.native()))
               : collect_status(P_PID, static_cast<id_t>(pid_));
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

namespace {

int open_process(std::uint32_t pid) {
    const auto fd = static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0));
    if (fd >= 0 || (errno != ENOSYS && errno != EPERM)) return fd;
    const std::string folder = "/proc/" + std::to_string(pid);
    const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened < 0 && errno == ENOENT) errno = ESRCH;
    return opened;
}

/// What is in a small file of /proc; empty when the process is gone, and `unknown` set when that
/// cannot be told: this process may have no descriptor left.
std::string_view read_small(int folder, const char* name, std::array<char, 512>& buffer,
                            bool& unknown) noexcept {
    const int file = ::openat(folder, name, O_RDONLY | O_CLOEXEC);
    unknown = file < 0 && errno != ENOENT && errno != ESRCH;
    if (file < 0) return {};
    ssize_t size = 0;
    do {
        size = ::read(file, buffer.data(), buffer.size());
    } while (size < 0 && errno == EINTR);
    ::close(file);
    return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

/// A field of that text, counted from the state, which is 0.
std::string_view stat_field(std::string_view stat, int number) noexcept {
    const std::size_t name_end = stat.rfind(')');  // the name may hold anything
    if (name_end == std::string_view::npos) return {};
    stat.remove_prefix(std::min(name_end + 2, stat.size()));
    for (; number > 0 && !stat.empty(); --number)
        stat.remove_prefix(std::min(stat.find(' '), stat.size() - 1) + 1);
    return stat.substr(0, stat.find(' '));
}

constexpr pid_t kUnknown = -1;

/// The process's number while it runs; 0 when it has ended, collected or not; or kUnknown.
pid_t running(int folder) noexcept {
    constexpr int kThreads = 17;
    std::array<char, 512> buffer;
    bool unknown = false;
    // "PID (NAME) STATE …"
    const std::string_view stat = read_small(folder, "stat", buffer, unknown);
    if (unknown) return kUnknown;
    const std::string_view state = stat_field(stat, 0);
    if (state.empty() || state == "X") return 0;
    // The main thread alone may have ended.
    if (state == "Z" && stat_field(stat, kThreads) <= "1") return 0;
    pid_t pid = 0;
    std::from_chars(stat.data(), stat.data() + stat.size(), pid);
    return pid;
}

/// The number of the process that a pidfd means; not above 0 when it has ended.
pid_t pid_behind(int pidfd) noexcept {
    std::array<char, 64> name{};
    std::snprintf(name.data(), name.size(), "/proc/self/fdinfo/%d", pidfd);
    std::array<char, 512> buffer;
    bool unknown = false;
    const std::string_view facts = read_small(AT_FDCWD, name.data(), buffer, unknown);
    constexpr std::string_view kPid = "Pid:\t";
    const std::size_t at = facts.find(kPid);
    if (at == std::string_view::npos) return kUnknown;
    pid_t pid = kUnknown;
    std::from_chars(facts.data() + at + kPid.size(), facts.data() + facts.size(), pid);
    return pid;
}

bool wait_looking(int folder, Clock::time_point deadline) noexcept {
    for (;;) {
        if (running(folder) == 0) return true;
        const auto now = Clock::now();
        if (now >= deadline) return false;
        std::this_thread::sleep_for(std::min<Clock::duration>(deadline - now, times::kProcessPoll));
    }
}

}  // namespace

ProcessHandle ProcessHandle::of(std::uint32_t pid) {
    const int fd = open_process(pid);
    if (fd < 0) {
        throw Error("cannot open process " + std::to_string(pid) + ": " + std::strerror(errno));
    }
    return ProcessHandle(fd, pid);
}

/// The process's folder in /proc, for use when the handle is lost.
OwnHandle folder_of(std::uint32_t pid) noexcept {
    std::array<char, 64> name{};
    std::snprintf(name.data(), name.size(), "/proc/%u", pid);
    return OwnHandle(::open(name.data(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

bool ProcessHandle::wait(std::chrono::milliseconds timeout) const noexcept {
    const NoCancellation whole;
    const auto deadline = deadline_after(timeout);
    if (!intact()) {
        const OwnHandle folder = folder_of(pid_);
        return !folder || wait_looking(as_fd(folder.get()), deadline);
    }
    if (!is_pidfd(native())) return wait_looking(as_fd(native()), deadline);
    pollfd entry{as_fd(native()), POLLIN, 0};
    for (;;) {
        const auto left = next_wait(deadline);
        const int ready = ::poll(&entry, 1, static_cast<int>(left.count()));
        if (ready > 0) return true;
        if (ready == 0 && left < times::kLongestWait) return false;
        if (ready < 0 && errno != EINTR) return false;
    }
}

void ProcessHandle::kill() const noexcept {
    const NoCancellation whole;
    const OwnHandle folder = intact() ? OwnHandle() : folder_of(pid_);
    const int fd = as_fd(folder ? folder.get() : native());
    if (!folder && !intact()) return;  // it has ended
    // A folder in /proc serves as well, where the call is there at all, and no filter forbids it.
    if (::syscall(SYS_pidfd_send_signal, fd, SIGKILL, nullptr, 0) == 0 || errno == ESRCH) return;
    // It ran a moment ago, so nobody has collected its status, and the number is still its own.
    const pid_t pid = is_pidfd(fd) ? pid_behind(fd) : running(fd);
    if (pid > 0) ::kill(pid, SIGKILL);
}

namespace {

// After the child's end a pipe holds what it held then; only a grandchild can add to it. This
// bounds how much of that is read.
constexpr int kLastReads = 64;

enum class Read { kData, kNothing, kEnd };

Read read_some(int fd, Output output, const std::function<void(Output, std::string_view)>& sink) {
    std::array<char, 65536> buffer;
    const ssize_t size = ::read(fd, buffer.data(), buffer.size());
    if (size > 0) {
        sink(output, {buffer.data(), static_cast<std::size_t>(size)});
        return Read::kData;
    }
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return Read::kNothing;
    return Read::kEnd;
}

}  // namespace

void read_output_until_exit(const ChildProcess& child,
                            const std::function<void(Output, std::string_view)>& sink) {
    const auto entry = [](NativeHandle handle) {
        return pollfd{static_cast<int>(handle), POLLIN, 0};
    };
    std::array<pollfd, 3> watched{entry(child.handle().native()), entry(child.out()),
                                  entry(child.err())};
    bool told = is_pidfd(child.handle().native());  // of its end
    const auto longest = [&] {
        return static_cast<int>((told ? times::kLongestWait : times::kProcessPoll).count());
    };
    // What this process has closed is not to be read: the number may mean another file by now.
    const auto look_at_handles = [&] {
        if (!child.handle().intact()) told = false;
        if (!told) watched[0].fd = -1;
        if (!child.out_intact()) watched[1].fd = -1;
        if (!child.err_intact()) watched[2].fd = -1;
    };
    const OwnerProcess owner;  // in a child that `sink` has made, nothing is to be read
    look_at_handles();
    for (const int fd : {watched[1].fd, watched[2].fd}) {
        ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
    }
    while (told ? (watched[0].revents & POLLIN) == 0 : child.handle().alive()) {
        if (::poll(watched.data(), watched.size(), longest()) < 0) {
            if (errno == EINTR) continue;
            return;
        }
        look_at_handles();
        for (std::size_t i : {1U, 2U}) {
            const Output output = i == 1 ? Output::kOut : Output::kErr;
            // A negative descriptor is one that poll leaves out.
            if (watched[i].fd >= 0 && watched[i].revents != 0 &&
                read_some(watched[i].fd, output, sink) == Read::kEnd) {
                watched[i].fd = -1;
                watched[i].revents = 0;
            }
            if (!owner.is_this()) return;
        }
    }
    look_at_handles();
    for (std::size_t i : {1U, 2U}) {
        if (watched[i].fd < 0) continue;
        const Output output = i == 1 ? Output::kOut : Output::kErr;
        for (int turn = 0; turn < kLastReads; ++turn) {
            if (read_some(watched[i].fd, output, sink) != Read::kData) break;
            if (!owner.is_this()) return;
        }
    }
}

}  // namespace bridge32::os
