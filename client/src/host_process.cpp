#include "host_process.hpp"

#include <utility>

#include "os/child_output.hpp"

namespace bridge32::client {

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

void HostProcess::watch() {
    os::read_output_until_exit(child_, [this](os::Output from, std::string_view text) {
        const bool err = from == os::Output::kErr;
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
    });
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
