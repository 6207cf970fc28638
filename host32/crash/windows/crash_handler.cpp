#include "host32/crash/crash_handler.hpp"

#include <windows.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <string>

#include "base/times.hpp"
#include "bridge32/internal/support/windows/explained_fault.hpp"
#include "host32/crash/crash_report.hpp"
#include "host32/crash/crash_site.hpp"
#include "host32/crash/thread_work.hpp"
#include "os/callers.hpp"

namespace bridge32::host {

namespace {

constexpr UINT kExitOfAbort = 3;  // what the C library's abort leaves
// What the handler needs of a stack that has overflowed, and the reporter of its own.
constexpr ULONG kHandlerBytes = 16 * 1024;
constexpr SIZE_T kReporterBytes = 256 * 1024;

DWORD main_thread = 0;
// The thread that is dying; it keeps this until the process ends.
std::atomic<DWORD> dying_thread{0};
std::atomic<UINT> exit_code{0};

// The report is written by a thread of its own, the reporter: where a stack has overflowed there
// is next to none left to write it on. This is what the dying thread hands over.
struct Dying {
    CrashCause cause;
    const CrashSite* site = nullptr;
    const ThreadWork* work = nullptr;
};
Dying dying;
DWORD reporter = 0;
HANDLE died = nullptr;

DWORD milliseconds(std::chrono::milliseconds time) noexcept {
    return static_cast<DWORD>(time.count());
}

[[noreturn]] void end(UINT code) noexcept {
    // Not ExitProcess, which calls into every DLL, and not the system's own way, which may ask the
    // user, or a debugger that nobody has.
    ::TerminateProcess(::GetCurrentProcess(), code);
    for (;;)
        ::Sleep(INFINITE);
}

void write_report() noexcept {
    crash_report::begin(dying.cause, dying.work);
    report_modules();
    report_backtrace(*dying.site);
    crash_report::tell_clients();
}

DWORD WINAPI run_reporter(void*) {
    ::WaitForSingleObject(died, INFINITE);
    write_report();
    end(exit_code.load());
}

/// Has the reporter write the report and end the process; ends it itself when that takes too long.
[[noreturn]] void die(wire::CrashKind kind, std::uint32_t code, const EXCEPTION_RECORD* record,
                      const CONTEXT& context, UINT exit) noexcept {
    const DWORD self = ::GetCurrentThreadId();
    DWORD nobody = 0;
    if (self == reporter || !dying_thread.compare_exchange_strong(nobody, self)) {
        // A fault in the report ends it. Another thread's comes too late.
        if (self != reporter && nobody != self) ::Sleep(milliseconds(times::kOthersReport));
        crash_report::tell_clients();
        end(exit_code.load());
    }
    exit_code.store(exit);
    CrashCause& cause = dying.cause;
    cause.kind = kind;
    cause.code = code;
    cause.flags = wire::kCrashCode | wire::kCrashInstruction;
    cause.thread = self;
    if (self == main_thread) cause.flags |= wire::kCrashMainThread;
    const CrashSite site(&context);
    cause.instruction = site.instruction;
    cause.stack = site.stack;
    const bool has_address = code == EXCEPTION_ACCESS_VIOLATION || code == EXCEPTION_IN_PAGE_ERROR;
    if (record != nullptr && has_address && record->NumberParameters >= 2) {
        cause.detail = static_cast<std::uint32_t>(record->ExceptionInformation[0]);
        cause.address = record->ExceptionInformation[1];
        cause.flags |= wire::kCrashAddress;
        if (const char* const text = detail::explanation_of(*record)) cause.message = text;
    }
    dying.site = &site;
    dying.work = ThreadWork::of_this_thread();
    ::SetEvent(died);
    ::Sleep(milliseconds(times::kCrashReport));
    crash_report::tell_clients();
    end(exit);
}

LONG WINAPI on_exception(EXCEPTION_POINTERS* pointers) {
    const EXCEPTION_RECORD& record = *pointers->ExceptionRecord;
    die(wire::CrashKind::kException, record.ExceptionCode, &record, *pointers->ContextRecord,
        record.ExceptionCode);
}

void on_abort(int number) {
    static CONTEXT context;
    ::RtlCaptureContext(&context);
    die(wire::CrashKind::kSignal, static_cast<std::uint32_t>(number), nullptr, context,
        kExitOfAbort);
}

/// Runs when `exit` is called; also at our own end, when there is no client left. Which code it
/// was, the process's end tells.
void on_exit_called() {
    DWORD nobody = 0;
    if (!CrashListener::any() ||
        !dying_thread.compare_exchange_strong(nobody, ::GetCurrentThreadId())) {
        return;
    }
    CrashCause cause;
    cause.kind = wire::CrashKind::kExit;
    cause.thread = ::GetCurrentThreadId();
    if (cause.thread == main_thread) cause.flags |= wire::kCrashMainThread;
    crash_report::begin(cause, ThreadWork::of_this_thread());
    crash_report::tell_clients();
    dying_thread.store(0);  // what still runs may crash
}

}  // namespace

void install_crash_handler() noexcept {
    main_thread = ::GetCurrentThreadId();
    died = ::CreateEventW(nullptr, TRUE, FALSE, nullptr);
    const HANDLE thread = ::CreateThread(nullptr, kReporterBytes, run_reporter, nullptr,
                                         STACK_SIZE_PARAM_IS_A_RESERVATION, &reporter);
    if (thread != nullptr) ::CloseHandle(thread);
    static const CrashStack stack;
    // No dialogue: nobody may be there to close it, and until then the client waits.
    ::SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
    ::SetUnhandledExceptionFilter(on_exception);
    std::signal(SIGABRT, on_abort);
    std::atexit(on_exit_called);
}

std::string take_back_crash_handler() noexcept try {
    const auto filter = ::SetUnhandledExceptionFilter(on_exception);
    const auto abort_handler = std::signal(SIGABRT, on_abort);
    std::string taken;
    if (filter != on_exception) {
        const std::string owner =
            filter == nullptr ? "" : os::file_at(reinterpret_cast<const void*>(filter));
        taken = (owner.empty() ? "a library" : owner) + " has set an exception filter of its own";
    }
    if (abort_handler != on_abort) {
        taken += taken.empty() ? "" : "; ";
        taken += "a library has set a handler of its own for SIGABRT";
    }
    return taken;
} catch (const std::exception&) {
    return {};
}

CrashStack::CrashStack() noexcept {
    ULONG bytes = kHandlerBytes;
    ::SetThreadStackGuarantee(&bytes);
}

CrashStack::~CrashStack() = default;

}  // namespace bridge32::host
