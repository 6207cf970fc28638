#include "client/hosts/host_process.hpp"

#include <cstddef>
#include <cstdio>
#include <utility>

#include "diagnostics/log.hpp"
#include "os/debugger.hpp"
#include "os/process.hpp"

namespace bridge32::client {

namespace {

// What is longer is no line of a log, and is not waited for.
constexpr std::size_t kLongestLine = 64 * 1024;

}  // namespace

HostProcess::HostProcess(const os::ProcessOptions& options,
                         std::function<void(Stream, std::string_view)> on_output,
                         std::function<void()> on_exit)
    : child_(os::ChildProcess::start(options)),
      on_output_(std::move(on_output)),
      on_exit_(std::move(on_exit)),
      watcher_([this] { watch(); }) {}

HostProcess::~HostProcess() {
    kill();
    status();
}

void HostProcess::take_output(bool err, std::string_view text) {
    {
        const std::lock_guard lock(mutex_);
        (err ? printed_.err : printed_.out).append(text);
    }
    if (!on_output_) return;
    try {
        on_output_(err ? Stream::err : Stream::out, text);
    } catch (...) {
        on_output_ = nullptr;  // there is nobody to tell; what is printed is kept
    }
}

void HostProcess::sort_lines(std::string_view text, bool last) {
    line_ += text;
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = line_.find('\n', begin)) != std::string::npos;
         begin = end + 1) {
        const std::string_view line = std::string_view(line_).substr(begin, end + 1 - begin);
        if (diagnostics::is_log_line_of_host(line)) {
            std::fwrite(line.data(), 1, line.size(), stderr);
        } else {
            take_output(true, line);
        }
    }
    line_.erase(0, begin);
    if (!line_.empty() && (last || line_.size() > kLongestLine)) {
        take_output(true, std::exchange(line_, {}));
    }
}

void HostProcess::watch() {
    const bool log = diagnostics::logs(diagnostics::LogLevel::kError) || os::debugger_wanted();
    os::read_output_until_exit(child_, [&](os::Output from, std::string_view text) {
        const bool err = from == os::Output::kErr;
        if (log && err) return sort_lines(text, /*last=*/false);
        take_output(err, text);
    });
    if (log) sort_lines({}, /*last=*/true);
    status_ = child_.collect();
    on_exit_();
}

os::ExitStatus HostProcess::status() {
    std::call_once(joined_, [this] { watcher_.join(); });
    return status_;
}

Streams HostProcess::printed() const {
    const std::lock_guard lock(mutex_);
    return printed_;
}

}  // namespace bridge32::client
