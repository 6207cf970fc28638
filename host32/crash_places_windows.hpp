// Where a crashed thread was, on Windows.
#pragma once

#include <windows.h>

#include <cstdint>

namespace bridge32::host {

std::uint64_t instruction_of(const CONTEXT& context) noexcept;
std::uint64_t stack_of(const CONTEXT& context) noexcept;

/// Adds the backtrace from there outwards to the crash report. May fault.
void report_context(const CONTEXT& context) noexcept;

}  // namespace bridge32::host
