// Notices that this process dies, and lets the crash report be written.
#pragma once

namespace bridge32::host {

/// From now on a fault on any thread, `abort` and `exit` leave a crash report with all clients.
/// The process then ends as it would have ended without: of the same signal or exception, with the
/// same exit code, and no later than half a second after. Once, from the main thread, at start.
/// A library that sets handlers of its own takes ours away; then nothing but the exit status tells.
void install_crash_handler() noexcept;

/// Room for the crash handler, as long as it lives, on the thread that makes it: one whose own
/// stack has overflowed has none left to run a handler on. Without memory for it, the thread goes
/// without.
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
