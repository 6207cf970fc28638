#include "os/linux/process_handle.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "base/times.hpp"
#include "bridge32/error.hpp"

namespace bridge32::os {

namespace {

int as_fd(NativeHandle native) { return static_cast<int>(native); }

int open_process(std::uint32_t pid) {
    const auto fd = static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0));
    if (fd >= 0 || errno != ENOSYS) return fd;
    const std::string folder = "/proc/" + std::to_string(pid);
    const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened < 0 && errno == ENOENT) errno = ESRCH;
    return opened;
}

/// The file `stat` in the process's folder, "PID (NAME) STATE …"; empty when the process is gone,
/// and `unknown` set when that cannot be told: this process may have no descriptor left.
std::string_view read_stat(int folder, std::array<char, 512>& buffer, bool& unknown) noexcept {
    const int file = ::openat(folder, "stat", O_RDONLY | O_CLOEXEC);
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
    const std::string_view stat = read_stat(folder, buffer, unknown);
    if (unknown) return kUnknown;
    const std::string_view state = stat_field(stat, 0);
    if (state.empty() || state == "X") return 0;
    // The main thread alone may have ended.
    if (state == "Z" && stat_field(stat, kThreads) <= "1") return 0;
    pid_t pid = 0;
    std::from_chars(stat.data(), stat.data() + stat.size(), pid);
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

bool is_pidfd(NativeHandle native) noexcept {
    struct stat facts {};
    return ::fstat(as_fd(native), &facts) != 0 || !S_ISDIR(facts.st_mode);
}

ProcessHandle ProcessHandle::of(std::uint32_t pid) {
    const int fd = open_process(pid);
    if (fd < 0) {
        throw Error("cannot open process " + std::to_string(pid) + ": " + std::strerror(errno));
    }
    return ProcessHandle(fd);
}

ProcessHandle::~ProcessHandle() {
    if (native_ >= 0) ::close(as_fd(native_));
}

bool ProcessHandle::wait(std::chrono::milliseconds timeout) const noexcept {
    constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24 * 365);
    const auto deadline = Clock::now() + std::min(timeout, kLongest);
    if (!is_pidfd(native_)) return wait_looking(as_fd(native_), deadline);
    pollfd entry{as_fd(native_), POLLIN, 0};
    for (;;) {
        // poll takes an int: 24 days.
        const auto left = std::clamp(
            std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()),
            std::chrono::milliseconds(0), std::chrono::milliseconds(std::chrono::hours(1)));
        const int ready = ::poll(&entry, 1, static_cast<int>(left.count()));
        if (ready > 0) return true;
        if (ready == 0 && left < std::chrono::hours(1)) return false;
        if (ready < 0 && errno != EINTR) return false;
    }
}

void ProcessHandle::kill() const noexcept {
    // A folder in /proc serves as well, where the call is there at all.
    if (::syscall(SYS_pidfd_send_signal, as_fd(native_), SIGKILL, nullptr, 0) == 0) return;
    if (errno != ENOSYS) return;
    // Who is running a moment before is not yet collected, and its number still its own.
    if (const pid_t pid = running(as_fd(native_)); pid > 0) ::kill(pid, SIGKILL);
}

}  // namespace bridge32::os
