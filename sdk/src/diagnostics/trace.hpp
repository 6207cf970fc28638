// The trace: when each call began and ended on both sides: BRIDGE32_TRACE=file.json.
//
// The format is Chrome's
// (https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU), which
// chrome://tracing and https://ui.perfetto.dev show as a timeline. Client and hosts write into one
// file in turns, and it is valid after each turn. They share the steady clock, which counts from
// the machine's start.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace bridge32::diagnostics {

/// The file as an absolute path, for a process that starts in another folder. Call only if
/// traces().
std::filesystem::path trace_file();

/// Starts the trace of this process under `name`. A client truncates the file once; a host appends.
/// Does nothing without BRIDGE32_TRACE.
void begin_trace(const std::string& name, bool is_host) noexcept;

/// Records an event from `begin` until now. `kind`: "call", "open", "host call", … Buffered in
/// memory. Thread-safe.
void trace(std::string_view name, std::string_view kind,
           std::chrono::steady_clock::time_point begin, std::uint64_t call_id) noexcept;

/// Writes the buffer if it is not empty and the last write was a while ago. The rest is written at
/// exit.
void flush_trace(bool at_once) noexcept;

}  // namespace bridge32::diagnostics
