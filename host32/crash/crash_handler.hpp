// Detects that this process is dying, and writes the crash report.
#pragma once

#include <string>

namespace bridge32::host {

/// From now on a fault on any thread, `abort` and `exit` leave a crash report with all clients.
/// The process then ends as it would have without the handler: by the same signal or exception,
/// with the same exit code, at most half a second later. Once, from the main thread, at start.
void install_crash_handler() noexcept;

/// Puts the handler back where a library has set one of its own, and says who did, for the log;
/// empty if none has. Until then such a library costs the report. On Linux the library's handler is
/// called once the report is written; if it mends the fault, the process lives on and the report is
/// withdrawn. Any thread.
std::string take_back_crash_handler() noexcept;

/// A stack for the crash handler on the thread that makes this object, while it lives: a thread
/// whose own stack has overflowed has no room left to run a handler. Without memory for it, the
/// thread has none.
class CrashStack {
public:
    CrashStack() noexcept;
    CrashStack(const CrashStack&) = delete;
    CrashStack& operator=(const CrashStack&) = delete;
    ~CrashStack();

private:
    void* memory_ = nullptr;
    void* previous_ = nullptr;  // what the thread had before
    unsigned long previous_size_ = 0;
};

}  // namespace bridge32::host
