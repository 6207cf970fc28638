#include "os/stop_signals.hpp"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <string_view>

#include "os/callers.hpp"
#include "os/process.hpp"

namespace bridge32::os {

namespace {

using Handler = void (*)(int);

void (*on_stop)() = nullptr;

void handle(int) { on_stop(); }

/// A file that a descriptor of ours goes to, as it was at the start.
struct LogFile {
    int descriptor;
    mode_t mode = 0;
    std::array<char, PATH_MAX> path{};  // empty: it is none

    void find() noexcept {
        struct stat facts {};
        if (::fstat(descriptor, &facts) != 0 || !S_ISREG(facts.st_mode)) return;
        mode = facts.st_mode & 0777;
        const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
        const ssize_t size = ::readlink(link.c_str(), path.data(), path.size() - 1);
        path[static_cast<std::size_t>(size < 0 ? 0 : size)] = '\0';
    }
    /// Async-signal-safe.
    void reopen() const noexcept {
        if (path[0] == '\0') return;
        const int file =
            ::open(path.data(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, mode);
        if (file < 0) return;
        ::dup2(file, descriptor);
        ::close(file);
    }
};
std::array<LogFile, 2> logs{{{STDOUT_FILENO}, {STDERR_FILENO}}};

void reopen_logs(int) {
    const int before = errno;
    for (const LogFile& log : logs)
        log.reopen();
    errno = before;
}

struct Wanted {
    int number;
    Handler handler;
};
std::array<Wanted, 5> wanted{};

bool is_ignored(int signal) noexcept {
    struct sigaction now {};
    return ::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

void set(const Wanted& one) noexcept {
    struct sigaction action {};
    action.sa_handler = one.handler;
    action.sa_flags = SA_RESTART;
    ::sigaction(one.number, &action, nullptr);
}

}  // namespace

void on_stop_signals(EndedBy who, void (*stop)()) {
    on_stop = stop;
    Handler interrupt = SIG_IGN;
    Handler hang_up = SIG_IGN;
    if (who == EndedBy::kItsUsers) {
        interrupt = handle;
        if (!is_ignored(SIGHUP)) {  // by nohup
            hang_up =
                ::isatty(STDOUT_FILENO) != 0 || ::isatty(STDERR_FILENO) != 0 ? handle : reopen_logs;
        }
        for (LogFile& log : logs)
            log.find();
    }
    // A log file that has reached `ulimit -f` is no reason to end.
    wanted = {{{SIGPIPE, SIG_IGN},
               {SIGXFSZ, SIG_IGN},
               {SIGTERM, handle},
               {SIGINT, interrupt},
               {SIGHUP, hang_up}}};
    for (const Wanted& one : wanted)
        set(one);
}

std::string take_back_stop_signals() {
    std::string taken;
    for (const Wanted& one : wanted) {
        struct sigaction now {};
        if (one.number == 0 || ::sigaction(one.number, nullptr, &now) != 0 ||
            now.sa_handler == one.handler) {
            continue;
        }
        const std::string owner = file_at(reinterpret_cast<const void*>(now.sa_handler));
        taken += (taken.empty() ? "" : "; ") + (owner.empty() ? "a library" : owner) +
                 " has changed the handling of " + ExitStatus{true, true, one.number}.name();
        set(one);
    }
    return taken;
}

}  // namespace bridge32::os
