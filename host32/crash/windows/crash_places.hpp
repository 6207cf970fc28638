// Where a crashed thread was, on Windows.
#pragma once

#include <windows.h>

#include <cstdint>

namespace bridge32::host {

std::uint64_t instruction_of(const CONTEXT& context) noexcept;
std::uint64_t stack_of(const CONTEXT& context) noexcept;

/// Where the calling thread's stack began: above there is nothing of it.
std::uintptr_t stack_base_of_this_thread() noexcept;

/// Adds the backtrace from there outwards to the crash report. `stack_base`: of that thread, which
/// waits. May fault.
void report_context(const CONTEXT& context, std::uintptr_t stack_base) noexcept;

}  // namespace bridge32::host
