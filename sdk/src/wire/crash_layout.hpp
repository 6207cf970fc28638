// The crash report: what a dying host says in each channel that is attached to it, at kCrashOffset.
//
// It is written by a signal or exception handler in a process whose heap, stack and other threads
// may be in any state, so it is a plain struct that is filled from front to back, in stages: what
// was published before the handler itself failed can be read.
#pragma once

#include "wire/layout.hpp"

namespace bridge32::wire {

/// CrashReport::stage. Each holds what those before it hold.
enum class CrashStage : std::uint32_t {
    kNone = 0,       ///< the host did not crash, or could not say so
    kCause = 1,      ///< what happened
    kCall = 2,       ///< whose call ran on the thread that crashed
    kModules = 3,    ///< which files were loaded, and where
    kBacktrace = 4,  ///< where the thread was
};

/// CrashReport::kind: what `code` and `detail` are.
enum class CrashKind : std::uint32_t {
    kNone = 0,
    kSignal = 1,     ///< POSIX: the signal's number, and its si_code
    kException = 2,  ///< Windows: the exception's code, and for an access violation 0 for
                     ///< reading, 1 for writing, 8 for executing
    kExit = 3,       ///< the process was ended from within, by exit: the exit code
};

/// CrashReport::owner: for whom the thread that crashed ran a call.
enum class CrashOwner : std::uint32_t {
    kNobody = 0,  ///< it ran no call
    kThisClient = 1,
    kOtherClient = 2,  ///< call_id is that client's
};

// CrashReport::flags.
inline constexpr std::uint32_t kCrashAddress = 1;      ///< `address` means something
inline constexpr std::uint32_t kCrashInstruction = 2;  ///< so do `instruction` and `stack`
inline constexpr std::uint32_t kCrashCode = 4;         ///< so does `code`
inline constexpr std::uint32_t kCrashMainThread = 8;   ///< it was the host's main thread

inline constexpr std::uint32_t kCrashFrames = 64;
inline constexpr std::uint32_t kCrashModules = 64;
inline constexpr std::uint32_t kCrashNamesBytes = 9152;

/// One file that was mapped into the host to be executed. Only `end` minus `begin` bytes from
/// `begin` were: an address in there is that far from the file's beginning as it is loaded.
struct CrashModule {
    alignas(8) std::uint64_t begin;  ///< where its first byte was mapped
    alignas(8) std::uint64_t end;
    std::uint32_t name_at;  ///< its path: a place in CrashReport::names, and
    std::uint32_t name_bytes;
    std::uint8_t reserved_0[8];
};

/// Texts are UTF-8 as far as the system's names are, not terminated, and cut where the room ends.
struct CrashReport {
    alignas(kCacheLine) Word stage;  ///< CrashStage, stored after what it promises
    std::uint32_t kind;              ///< CrashKind
    std::uint32_t code;
    std::uint32_t detail;
    std::uint32_t flags;
    std::uint32_t thread;                  ///< the system's number of the thread that crashed
    alignas(8) std::uint64_t address;      ///< that could not be read, written or executed
    alignas(8) std::uint64_t instruction;  ///< where the thread was
    alignas(8) std::uint64_t stack;        ///< its stack pointer
    alignas(8) std::uint64_t call_id;      ///< of the call that it ran; 0: of none, or not yet one
    std::uint32_t owner;                   ///< CrashOwner
    std::uint32_t plugin_bytes;
    std::uint32_t method_bytes;
    std::uint32_t message_bytes;
    std::uint32_t module_count;
    std::uint32_t names_bytes;
    std::uint32_t frame_count;
    std::uint8_t reserved_0[44];
    char plugin[64];
    char method[128];   ///< also "(constructor)", "(shutdown)"
    char message[256];  ///< what the program said about its end: an uncaught exception's text
    alignas(8) std::uint64_t frames[kCrashFrames];  ///< return addresses, innermost first; the
                                                    ///< first is `instruction`
    CrashModule modules[kCrashModules];
    char names[kCrashNamesBytes];
};

static_assert(sizeof(CrashModule) == 32 && alignof(CrashModule) == 8);
static_assert(sizeof(CrashReport) == kCrashBytes && alignof(CrashReport) == kCacheLine);
static_assert(offsetof(CrashReport, address) == 24 && offsetof(CrashReport, owner) == 56);
static_assert(offsetof(CrashReport, plugin) == 128 && offsetof(CrashReport, frames) == 576);
static_assert(offsetof(CrashReport, modules) == 1088 && offsetof(CrashReport, names) == 3136);
static_assert(std::is_standard_layout_v<CrashReport>);

}  // namespace bridge32::wire
