// When each call began and ended, on both sides: BRIDGE32_TRACE=file.json.
//
// The format is Chrome's
// (https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU), which
// chrome://tracing and https://ui.perfetto.dev show as a picture. Client and hosts write into one
// file, in turns, and it is whole after each. Their clock is one: the steady clock counts from the
// machine's start.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace bridge32::diagnostics {

/// The file, absolute: for a process that starts in another folder. Call only when it traces().
std::filesystem::path trace_file();

/// This process begins: `name` is shown with what it does. A client empties the file, once; a host
/// adds to it. Without BRIDGE32_TRACE nothing.
void begin_trace(const std::string& name, bool is_host) noexcept;

/// Something took from `begin` until now. `kind`: "call", "open", "host call", … Kept in memory for
/// a moment. Any thread.
void trace(std::string_view name, std::string_view kind,
           std::chrono::steady_clock::time_point begin, std::uint64_t call_id) noexcept;

/// Writes what is kept, when there is something and it is a while since the last time. Else the end
/// of the process does.
void flush_trace(bool at_once) noexcept;

}  // namespace bridge32::diagnostics
