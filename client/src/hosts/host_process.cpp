#include "client/hosts/host_process.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdio>
#include <mutex>
#include <string>
#include <utility>

#include "base/times.hpp"
#include "bridge32/internal/support/cancellation.hpp"
#include "diagnostics/log.hpp"
#include "os/debugger.hpp"
#include "os/fork.hpp"
#include "os/kept_text.hpp"
#include "os/process.hpp"

namespace bridge32::client {

namespace {

// What is longer is no line of a log, and is not waited for.
constexpr std::size_t kLongestLine = 64 * 1024;

}  // namespace

struct HostProcess::Watch {
    Watch(const os::ProcessOptions& options, std::function<void(Stream, std::string_view)> output,
          std::function<void()> exit)
        : child(os::ChildProcess::start(options)),
          on_output(std::move(output)),
          on_exit(std::move(exit)) {}

    void run();
    /// Keeps what the host printed, and gives it to on_output.
    void take_output(bool is_err, std::string_view text);
    /// With BRIDGE32_LOG: shows the lines of the host's log at once, and gives the others to
    /// take_output. `last`: nothing follows.
    void sort_lines(std::string_view text, bool last);
    /// Waits for the thread; false when the process does not end. A user's function is waited for.
    bool wait_until_over(std::unique_lock<std::mutex>& lock);

    const os::OwnerProcess owner;
    os::ChildProcess child;

    // The thread's.
    std::function<void(Stream, std::string_view)> on_output;
    std::function<void()> on_exit;
    std::string line;  // of stderr that has no end yet, while there is a log

    std::mutex mutex;  // guards all below
    std::condition_variable changed;
    os::KeptText out;
    os::KeptText err;
    os::ExitStatus status;
    bool over = false;       // nothing but on_exit follows
    bool in_output = false;  // the thread is in on_output
    bool abandoned = false;  // on_exit must not be called
};

HostProcess::HostProcess(const os::ProcessOptions& options,
                         std::function<void(Stream, std::string_view)> on_output,
                         std::function<void()> on_exit)
    : watch_(std::make_shared<Watch>(options, std::move(on_output), std::move(on_exit))),
      watcher_([watch = watch_] { watch->run(); }, os::Stack::kForOthers) {}

HostProcess::~HostProcess() {
    kill();
    std::unique_lock lock(watch_->mutex);
    const bool own = watcher_.is_this_thread();
    if (!own && watch_->wait_until_over(lock)) {
        lock.unlock();
        watcher_.join();
        return;
    }
    watch_->abandoned = true;
    lock.unlock();
    watcher_.detach();
}

std::uint32_t HostProcess::pid() const noexcept { return watch_->child.pid(); }
bool HostProcess::alive() const noexcept { return watch_->child.handle().alive(); }
bool HostProcess::wait(std::chrono::milliseconds timeout) const noexcept {
    return watch_->child.handle().wait(timeout);
}
void HostProcess::kill() const noexcept { watch_->child.handle().kill(); }

os::ExitStatus HostProcess::status() {
    std::unique_lock lock(watch_->mutex);
    if (!watcher_.is_this_thread()) watch_->wait_until_over(lock);
    return watch_->status;
}

Streams HostProcess::printed() const {
    const std::lock_guard lock(watch_->mutex);
    return {watch_->out.text(), watch_->err.text()};
}

bool HostProcess::Watch::wait_until_over(std::unique_lock<std::mutex>& lock) {
    if (!changed.wait_for(lock, times::kKilledHostEnd, [this] { return over; })) {
        changed.wait(lock, [this] { return over || !in_output; });
    }
    return over;
}

void HostProcess::Watch::take_output(bool is_err, std::string_view text) {
    {
        const std::lock_guard lock(mutex);
        (is_err ? err : out).append(text);
        if (!on_output || abandoned) return;
        in_output = true;
    }
    try {
        on_output(is_err ? Stream::err : Stream::out, text);
    }
    BRIDGE32_DETAIL_PASS_CANCELLATION
    catch (...) {
        on_output = nullptr;  // there is nobody to tell; what is printed is kept
    }
    if (!owner.is_this()) return;
    const std::lock_guard lock(mutex);
    in_output = false;
    changed.notify_all();
}

void HostProcess::Watch::sort_lines(std::string_view text, bool last) {
    line += text;
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = line.find('\n', begin)) != std::string::npos;
         begin = end + 1) {
        const std::string_view whole = std::string_view(line).substr(begin, end + 1 - begin);
        if (diagnostics::is_log_line_of_host(whole)) {
            std::fwrite(whole.data(), 1, whole.size(), stderr);
        } else {
            take_output(true, whole);
        }
    }
    line.erase(0, begin);
    if (!line.empty() && (last || line.size() > kLongestLine)) {
        take_output(true, std::exchange(line, {}));
    }
}

void HostProcess::Watch::run() {
    /// Also when on_output ends the thread. Not in a child that on_output has made.
    struct End {
        Watch& watch;
        ~End() {
            if (!watch.owner.is_this()) return;
            bool tell = false;
            {
                const std::lock_guard lock(watch.mutex);
                watch.in_output = false;
                watch.over = true;
                tell = !watch.abandoned;
                watch.changed.notify_all();
            }
            if (tell) watch.on_exit();
        }
    };
    const End end{*this};
    const bool log = diagnostics::logs(diagnostics::LogLevel::kError) || os::debugger_wanted();
    os::read_output_until_exit(child, [&](os::Output from, std::string_view text) {
        const bool is_err = from == os::Output::kErr;
        if (log && is_err) return sort_lines(text, /*last=*/false);
        take_output(is_err, text);
    });
    if (!owner.is_this()) return;
    if (log) sort_lines({}, /*last=*/true);
    const auto collected = child.collect();
    const std::lock_guard lock(mutex);
    status = collected;
}

}  // namespace bridge32::client
