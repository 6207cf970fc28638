// Where a thread crashed: its registers, the loaded files, and the backtrace, for the crash report.
#pragma once

#include <cstdint>

namespace bridge32::host {

/// The place in the code where a thread was.
struct CrashSite {
    /// The calling thread, with these registers: a ucontext_t on Linux, a CONTEXT on Windows. They
    /// live as long as the site is used.
    explicit CrashSite(const void* its_registers) noexcept;

    const void* registers;
    std::uint64_t instruction;  ///< the address that it was at
    std::uint64_t stack;        ///< its stack pointer
    std::uint64_t stack_base;   ///< where its stack starts; 0: unknown
};

/// Adds all files that are mapped to be executed to the report. Takes no memory and no lock.
void report_modules() noexcept;

/// Adds the backtrace from `site` outwards. On Linux for the thread of the site, on Windows for
/// one that waits meanwhile. It may fault, and may hang where the unwinder's data is damaged: the
/// handler is prepared for both.
void report_backtrace(const CrashSite& site) noexcept;
/// Adds what report_backtrace has found so far.
void report_walked_frames() noexcept;

}  // namespace bridge32::host
