// Writing the crash report: what a dying host tells its clients.
//
// Everything but CrashListener runs in a signal, exception or exit handler, in a process whose heap
// may be corrupt and whose other threads continue. It allocates nothing, takes no lock, and writes
// only to the clients' segments and to static memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "wire/channel.hpp"
#include "wire/crash_layout.hpp"

namespace bridge32::host {

class ThreadWork;

/// While it lives, the channel's client receives the report of a crash. Any thread. Beyond 1024 of
/// them, clients learn only how the process ended.
class CrashListener {
public:
    /// `channel` outlives the listener.
    explicit CrashListener(wire::Channel& channel) noexcept;
    CrashListener(const CrashListener&) = delete;
    CrashListener& operator=(const CrashListener&) = delete;
    ~CrashListener();

    /// True if there is any listener. Async-signal-safe.
    static bool any() noexcept;

private:
    wire::Channel* channel_;
};

/// What happened, as in wire::CrashReport.
struct CrashCause {
    wire::CrashKind kind = wire::CrashKind::kNone;
    std::uint32_t code = 0;
    std::uint32_t detail = 0;
    std::uint32_t flags = 0;
    std::uint32_t thread = 0;
    std::uint64_t address = 0;
    std::uint64_t instruction = 0;
    std::uint64_t stack = 0;
    std::string_view message = {};
};

/// The one report of this process. One thread at a time writes it, in this order.
namespace crash_report {

/// Starts it, replacing an earlier one: publishes the cause, and then which call the thread ran;
/// `work`: null for none.
void begin(const CrashCause& cause, const ThreadWork* work) noexcept;
/// Adds a loaded file. Drops files for which there is no room, but not the one that crashed.
void add_module(std::uint64_t begin, std::uint64_t end, std::string_view name) noexcept;
void publish_modules() noexcept;
/// True if this address is in a module.
bool is_code(std::uint64_t address) noexcept;
/// `addresses`: of the innermost frame first.
void publish_backtrace(std::span<const std::uint64_t> addresses) noexcept;
/// Wakes the clients: nothing will be added to the report.
void tell_clients() noexcept;
/// The process does not die after all: nobody must find the report later.
void withdraw() noexcept;

}  // namespace crash_report

}  // namespace bridge32::host
