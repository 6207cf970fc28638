#include "diagnostics/log.hpp"

#include <cstdio>
#include <iterator>

#include "os/environment.hpp"
#include "os/process.hpp"

namespace bridge32::diagnostics {

namespace {

constexpr const char* kNames[] = {"off", "error", "warning", "info", "debug"};

std::atomic<const char*> own_name{"client"};

unsigned from_environment() {
    unsigned watched = 0;
    if (const auto wanted = os::environment_variable("BRIDGE32_LOG"); wanted && !wanted->empty()) {
        for (unsigned level = 0; level < std::size(kNames); ++level) {
            if (*wanted == kNames[level]) watched = level;
        }
    }
    const auto trace = os::environment_variable("BRIDGE32_TRACE");
    return trace && !trace->empty() ? watched | detail::kTraced : watched;
}

}  // namespace

std::atomic<unsigned> detail::watched{from_environment()};

void set_log_name(const char* name) noexcept { own_name.store(name); }

void log(LogLevel level, std::string_view text) noexcept {
    if (!logs(level)) return;
    // One call, so that lines of several threads and processes do not mix.
    std::fprintf(stderr, "bridge32 %s[%u] %s: %.*s\n", own_name.load(), os::own_pid(),
                 kNames[static_cast<unsigned>(level)], static_cast<int>(text.size()), text.data());
}

bool is_log_line_of_host(std::string_view line) noexcept {
    return line.starts_with("bridge32 host32[") || line.starts_with("bridge32 host64[");
}

}  // namespace bridge32::diagnostics
