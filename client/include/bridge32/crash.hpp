// HostCrashed, and all that is known of a host's end.
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

/// A place in the host's code. Unknown: empty, or 0.
struct CrashFrame {
    std::uint64_t address = 0;        ///< in the process that crashed
    std::string module;               ///< the file's path
    std::uint64_t offset = 0;         ///< from the beginning of that file, as it is loaded
    std::string symbol;               ///< the function, demangled
    std::uint64_t symbol_offset = 0;  ///< from the beginning of the function
};

/// For whom the thread that crashed ran a call.
enum class CrashOwner {
    unknown,       ///< the host left no report
    nobody,        ///< it ran none: a thread of the library's own
    this_call,     ///< the call that throws this error
    this_client,   ///< another call of this client
    other_client,  ///< a call of another client of the shared host
};

/// All that is known. Filled in by the client from what the host wrote while it died, from how its
/// process ended, and from the files that were loaded.
struct CrashFacts {
    std::string cause;    ///< "SIGSEGV", "EXCEPTION_ACCESS_VIOLATION", "exit code 3", "unknown"
    std::string meaning;  ///< "Segmentation fault: no memory at this address"
    std::string message;  ///< what the program itself said about its end
    std::string plugin;   ///< whose call this is
    std::string method;   ///< likewise
    std::string host;     ///< "the host" or "the shared host \"lab\" (process 4711)"

    CrashOwner owner = CrashOwner::unknown;  ///< whose call crashed
    std::string running_plugin;              ///< what the thread that crashed ran
    std::string running_method;              ///< also "(constructor)" or "(shutdown)"
    std::uint64_t call_id = 0;               ///< the number of that call

    std::optional<std::uint64_t> address;  ///< that could not be read, written or executed
    bool stack_overflow = false;           ///< it lies where the stack ends
    std::uint32_t thread = 0;              ///< the system's number
    bool main_thread = false;              ///< it was the host's main thread
    std::vector<CrashFrame> backtrace;     ///< innermost first
    CrashFrame where;  ///< what is to blame: the innermost, or for `abort` who called it

    bool output_known = false;  ///< false for a shared host, whose output goes elsewhere
    std::string output;         ///< the last of what the host printed
};

/// The host died, during the call or since the last one. The client lives on. `what()` is a
/// report for people: a first line that says what happened and where, then the details. What is
/// not known is empty, or 0.
class HostCrashed : public Error {
public:
    /// `facts` is not null.
    HostCrashed(const std::string& message, std::shared_ptr<const CrashFacts> facts)
        : Error(message), facts_(std::move(facts)) {}

    /// How the host ended: a signal's name ("SIGSEGV"), a Windows exception's
    /// ("EXCEPTION_ACCESS_VIOLATION"), "exit code N", or "unknown".
    const std::string& cause() const noexcept { return facts_->cause; }
    /// @{
    /// The plugin and the method that were called, as the client knows them.
    const std::string& plugin() const noexcept { return facts_->plugin; }
    const std::string& method() const noexcept { return facts_->method; }
    /// @}

    /// The number of the call that ran on the thread that crashed.
    std::uint64_t call_id() const noexcept { return facts_->call_id; }
    /// @{
    /// Where it happened: a file, how far from its beginning, and the function there.
    const std::string& module() const noexcept { return facts_->where.module; }
    std::uint64_t offset() const noexcept { return facts_->where.offset; }
    const std::string& symbol() const noexcept { return facts_->where.symbol; }
    /// @}

    /// Innermost first.
    const std::vector<CrashFrame>& backtrace() const noexcept { return facts_->backtrace; }
    /// The last of what the host printed.
    const std::string& output() const noexcept { return facts_->output; }

    /// All that is known.
    const CrashFacts& facts() const noexcept { return *facts_; }
    /// The same as JSON, for a program or a bug tracker. Addresses are texts: "0x1f".
    BRIDGE32_CLIENT_API Json report() const;

private:
    std::shared_ptr<const CrashFacts> facts_;
};

}  // namespace bridge32
