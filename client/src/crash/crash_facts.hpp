// The facts in the crash report that a host left in shared memory: copied, checked, and looked up
// in the libraries' symbols.
#pragma once

#include <string>
#include <string_view>

#include "bridge32/crash.hpp"
#include "wire/crash_layout.hpp"

namespace bridge32::client {

/// The text of a dead host, with U+FFFD for what is not UTF-8, which JSON cannot hold.
std::string mended(std::string_view text);

/// Reads cause, call and backtrace; false if there is no report. `facts.owner` becomes
/// `this_client` for every call of the client.
bool read_crash_report(const wire::CrashReport& report, CrashFacts& facts);

}  // namespace bridge32::client
