// The operating system's crash codes in words.
#pragma once

#include <cstdint>
#include <string>

#include "os/process.hpp"
#include "wire/crash_layout.hpp"

namespace bridge32::client {

/// How a host ended, in words.
struct CrashCause {
    std::string name;  ///< "SIGSEGV", "exit code 3"
    std::string
        meaning;  ///< "Segmentation fault: no memory is mapped at this address"; may be empty
};

/// From what the host wrote: `kind`, `code` and `detail` as in wire::CrashReport, any values.
CrashCause cause_of_report(wire::CrashKind kind, std::uint32_t code, std::uint32_t detail);

/// For a host that wrote no report.
CrashCause cause_of_status(const os::ExitStatus& status);

/// True if this file belongs to the language's or the system's runtime, which is rarely to blame.
bool is_runtime(const std::string& module);

}  // namespace bridge32::client
