// What the operating system's numbers of a crash mean.
#pragma once

#include <cstdint>
#include <string>

#include "os/process.hpp"
#include "wire/crash_layout.hpp"

namespace bridge32::client {

/// How a host ended, in words.
struct CrashCause {
    std::string name;     ///< "SIGSEGV", "exit code 3"
    std::string meaning;  ///< "Segmentation fault: no memory at this address"; may be empty
};

/// For what the host itself wrote. `kind`, `code` and `detail` as in wire::CrashReport; any values.
CrashCause cause_of_report(wire::CrashKind kind, std::uint32_t code, std::uint32_t detail);

/// For a host that wrote nothing.
CrashCause cause_of_status(const os::ExitStatus& status);

/// Is this file a part of the language's or the system's runtime, which is rarely to blame?
bool is_runtime(const std::string& module);

}  // namespace bridge32::client
