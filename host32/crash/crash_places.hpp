// Where the crashed thread was: the loaded files and the backtrace, for the crash report.
#pragma once

#include <cstdint>

namespace bridge32::host {

/// Adds all files that are mapped to be executed to the report. Takes no memory and no lock.
void report_modules() noexcept;

/// Adds the calling thread's backtrace from `instruction` outwards. `stack`: the stack pointer
/// there. May fault, and may hang where the unwinder's data is damaged: the handler is prepared
/// for both, and `report_walked_frames` then adds what was found so far.
void report_backtrace(std::uint64_t instruction, std::uint64_t stack) noexcept;
void report_walked_frames() noexcept;

}  // namespace bridge32::host
