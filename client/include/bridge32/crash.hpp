// HostCrashed, and what is known about the crash.
#pragma once

#include <bridge32/error.hpp>
#include <bridge32/internal/client/export.hpp>
#include <bridge32/values.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace bridge32 {

/// A place in the host's code. Unknown members are empty or 0.
struct CrashFrame {
    std::uint64_t address = 0;        ///< in the process that crashed
    std::string module;               ///< the path of the file
    std::uint64_t offset = 0;         ///< from the file's load address
    std::string symbol;               ///< the function, demangled
    std::uint64_t symbol_offset = 0;  ///< from the start of the function
};

/// Whose call the crashed thread was running.
enum class CrashOwner {
    unknown,       ///< the host left no report
    nobody,        ///< none: a thread of the library
    this_call,     ///< the call that throws this error
    this_client,   ///< another call of this client
    other_client,  ///< a call of another client of the shared host
};

/// Everything known about a crash: from the host's crash report, from the exit status of its
/// process, and from the symbols of the loaded files.
struct CrashFacts {
    std::string cause;    ///< "SIGSEGV", "EXCEPTION_ACCESS_VIOLATION", "exit code 3", "unknown"
    std::string meaning;  ///< "Segmentation fault: no memory is mapped at this address"
    std::string message;  ///< what the program itself reported, such as a failed assertion
    std::string plugin;   ///< of the call that throws this error
    std::string method;   ///< of the call that throws this error
    std::string host;     ///< "the host" or "the shared host \"lab\" (process 4711)"

    CrashOwner owner = CrashOwner::unknown;  ///< whose call crashed
    std::string running_plugin;              ///< what the crashed thread was running
    std::string running_method;              ///< also "(constructor)" or "(shutdown)"
    std::uint64_t call_id = 0;               ///< the number of that call

    std::optional<std::uint64_t> address;  ///< the address that could not be accessed
    bool stack_overflow = false;           ///< the address is at the end of the stack
    std::uint32_t thread = 0;              ///< the system's thread id
    bool main_thread = false;              ///< it was the host's main thread
    std::vector<CrashFrame> backtrace;     ///< innermost first
    CrashFrame where;                      ///< the innermost frame, or for `abort` its caller

    bool output_known = false;  ///< false for a shared host, whose output is not captured
    std::string output;         ///< the end of the host's output
};

/// The host died, during the call or since the previous one. The client can be used further.
/// `what()` is a report for people: the first line says what happened and where, then come the
/// details. Unknown values are empty or 0.
class HostCrashed : public Error {
public:
    /// `facts` is not null.
    HostCrashed(const std::string& message, std::shared_ptr<const CrashFacts> facts)
        : Error(message), facts_(std::move(facts)) {}

    /// How the host ended: a signal's name ("SIGSEGV"), a Windows exception's
    /// ("EXCEPTION_ACCESS_VIOLATION"), "exit code N", or "unknown".
    const std::string& cause() const noexcept { return facts_->cause; }
    /// @{
    /// The plugin and method that were called.
    const std::string& plugin() const noexcept { return facts_->plugin; }
    const std::string& method() const noexcept { return facts_->method; }
    /// @}

    /// The number of the call that the crashed thread was running.
    std::uint64_t call_id() const noexcept { return facts_->call_id; }
    /// @{
    /// Where it happened: the file, the offset in it, and the function.
    const std::string& module() const noexcept { return facts_->where.module; }
    std::uint64_t offset() const noexcept { return facts_->where.offset; }
    const std::string& symbol() const noexcept { return facts_->where.symbol; }
    /// @}

    /// Innermost first.
    const std::vector<CrashFrame>& backtrace() const noexcept { return facts_->backtrace; }
    /// The end of the host's output.
    const std::string& output() const noexcept { return facts_->output; }

    /// All details.
    const CrashFacts& facts() const noexcept { return *facts_; }
    /// All details as JSON, for a program or a bug tracker. Addresses are strings: "0x1f".
    BRIDGE32_CLIENT_API Json report() const;

private:
    std::shared_ptr<const CrashFacts> facts_;
};

}  // namespace bridge32
