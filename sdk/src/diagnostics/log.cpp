#include "diagnostics/log.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <iterator>

#include "os/environment.hpp"
#include "os/no_size_signal.hpp"
#include "os/process.hpp"

namespace bridge32::diagnostics {

namespace {

constexpr const char* kNames[] = {"off", "error", "warning", "info", "debug"};

std::atomic<const char*> own_name{"client"};

std::string wanted_level() { return os::environment_variable("BRIDGE32_LOG").value_or(""); }

unsigned from_environment() {
    const auto* const level = std::find(std::begin(kNames), std::end(kNames), wanted_level());
    unsigned watched = level == std::end(kNames) ? 0U : static_cast<unsigned>(level - kNames);
    const auto trace = os::environment_variable("BRIDGE32_TRACE");
    return trace && !trace->empty() ? watched | detail::kTraced : watched;
}

}  // namespace

std::atomic<unsigned> detail::watched{from_environment()};

std::string log_level_mistake() {
    const std::string wanted = wanted_level();
    if (wanted.empty() ||
        std::find(std::begin(kNames), std::end(kNames), wanted) != std::end(kNames)) {
        return {};
    }
    return "BRIDGE32_LOG=" + wanted +
           " is no level, and nothing is logged. The levels are off, error, warning, info and "
           "debug";
}

void set_log_name(const char* name) noexcept { own_name.store(name); }

void log(LogLevel level, std::string_view text) noexcept {
    if (!logs(level)) return;
    write_log_line(level, text);
}

void write_log_line(LogLevel level, std::string_view text) noexcept {
    using namespace std::chrono;
    const auto now = floor<milliseconds>(system_clock::now());
    const auto day = floor<days>(now);
    const year_month_day date(day);
    const hh_mm_ss time(now - day);
    std::array<char, 32> stamp{};
    std::snprintf(stamp.data(), stamp.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                  static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                  static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()),
                  static_cast<int>(time.subseconds().count()));
    const os::NoSizeSignal no_signal;
    // One call, so that lines of several threads and processes do not mix.
    std::fprintf(stderr, "bridge32 %s[%u] %s %s: %.*s\n", own_name.load(), os::own_pid(),
                 stamp.data(), kNames[static_cast<unsigned>(level)], static_cast<int>(text.size()),
                 text.data());
}

bool is_log_line_of_host(std::string_view line) noexcept {
    return line.starts_with("bridge32 host32[") || line.starts_with("bridge32 host64[");
}

}  // namespace bridge32::diagnostics
