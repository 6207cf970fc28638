// The crash report in the making: what a dying host tells its clients.
//
// Everything but CrashListener runs in a signal or exception handler, or in an exit handler, of a
// process whose heap may be in ruins and whose other threads go on: it takes no memory and no
// lock, and writes to the clients' segments and to static memory only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "wire/channel.hpp"
#include "wire/crash_layout.hpp"

namespace bridge32::host {

class ThreadWork;

/// As long as it lives, the channel's client is told when this process dies. Any thread. Beyond
/// 1024 of them, clients learn only how the process ended.
class CrashListener {
public:
    /// `channel` outlives the listener.
    explicit CrashListener(wire::Channel& channel) noexcept;
    CrashListener(const CrashListener&) = delete;
    CrashListener& operator=(const CrashListener&) = delete;
    ~CrashListener();

    /// Is there any? Async-signal-safe.
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

/// Begins it, also over an earlier one: tells the cause, and then which call the thread ran;
/// `work`: null for none.
void begin(const CrashCause& cause, const ThreadWork* work) noexcept;
/// Adds a loaded file; drops what there is no room for, but not where the cause's instruction is.
void add_module(std::uint64_t begin, std::uint64_t end, std::string_view name) noexcept;
void publish_modules() noexcept;
/// Is this address in a module?
bool is_code(std::uint64_t address) noexcept;
/// `addresses`: of the innermost frame first.
void publish_backtrace(std::span<const std::uint64_t> addresses) noexcept;
/// Wakes the clients: the report is complete as far as it goes.
void tell_clients() noexcept;

}  // namespace crash_report

}  // namespace bridge32::host
