// The log: BRIDGE32_LOG=error, warning, info or debug.
//
// Off by default; a call then costs one relaxed load and a branch, see `calls_are_watched`.
#pragma once

#include <atomic>
#include <string>
#include <string_view>

namespace bridge32::diagnostics {

enum class LogLevel : unsigned { kOff, kError, kWarning, kInfo, kDebug };

namespace detail {
/// The level, and kTraced where BRIDGE32_TRACE is set. From the environment, at the start.
extern std::atomic<unsigned> watched;
inline constexpr unsigned kLevels = 7;
inline constexpr unsigned kTraced = 8;
}  // namespace detail

inline bool logs(LogLevel level) noexcept {
    return (detail::watched.load(std::memory_order_relaxed) & detail::kLevels) >=
           static_cast<unsigned>(level);
}

inline bool traces() noexcept {
    return (detail::watched.load(std::memory_order_relaxed) & detail::kTraced) != 0;
}

/// True if calls are logged, those that fail or all of them, or traced.
inline bool calls_are_watched() noexcept {
    return detail::watched.load(std::memory_order_relaxed) >=
           static_cast<unsigned>(LogLevel::kWarning);
}

/// What is wrong with the level in BRIDGE32_LOG, and which there are; empty if nothing is.
std::string log_level_mistake();

/// Sets the prefix of this process's lines: "client" (default), "host32". `name` is a literal.
void set_log_name(const char* name) noexcept;

/// Writes a line to stderr, with the time in UTC:
/// "bridge32 host32[4711] 2026-01-31T23:59:59.123Z info: …". Thread-safe.
void log(LogLevel level, std::string_view text) noexcept;

/// The same, whatever BRIDGE32_LOG says.
void write_log_line(LogLevel level, std::string_view text) noexcept;

/// True for a line that a host's `log` wrote.
bool is_log_line_of_host(std::string_view line) noexcept;

}  // namespace bridge32::diagnostics
