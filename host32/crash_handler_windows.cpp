#include <windows.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdlib>

#include "crash_handler.hpp"
#include "crash_places.hpp"
#include "crash_places_windows.hpp"
#include "crash_report.hpp"

namespace bridge32::host {

namespace {

constexpr DWORD kReportMilliseconds = 400;  // and then the process ends without the rest
constexpr UINT kExitOfAbort = 3;            // what the C library's abort leaves
// What the handler needs of a stack that has overflowed.
constexpr ULONG kStackBytes = 64 * 1024;

DWORD main_thread = 0;
HANDLE dying = nullptr;  // an event: somebody writes the report
// The thread that is writing the report; it keeps this until the process ends.
std::atomic<DWORD> dying_thread{0};
std::atomic<UINT> exit_code{0};

[[noreturn]] void end(UINT code) noexcept {
    // Not ExitProcess, which calls into every DLL, and not the system's own way, which may ask the
    // user, or a debugger that nobody has.
    ::TerminateProcess(::GetCurrentProcess(), code);
    for (;;)
        ::Sleep(INFINITE);
}

/// Sleeps until somebody writes the report, and ends the process when that takes too long: the
/// thread may wait for a lock that nobody gives back any more.
DWORD WINAPI limit_time(void*) {
    ::WaitForSingleObject(dying, INFINITE);
    ::Sleep(kReportMilliseconds);
    crash_report::tell_clients();
    end(exit_code.load());
}

/// Is this thread the first to die? Another one waits for the end; the first one's second fault
/// is the end.
void claim(UINT code) noexcept {
    DWORD nobody = 0;
    if (dying_thread.compare_exchange_strong(nobody, ::GetCurrentThreadId())) {
        exit_code.store(code);
        ::SetEvent(dying);
        return;
    }
    if (nobody != ::GetCurrentThreadId()) ::Sleep(10 * kReportMilliseconds);
    crash_report::tell_clients();
    end(exit_code.load());
}

CrashCause cause_of(wire::CrashKind kind, std::uint32_t code, const CONTEXT& context) noexcept {
    CrashCause cause;
    cause.kind = kind;
    cause.code = code;
    cause.flags = wire::kCrashCode | wire::kCrashInstruction;
    cause.thread = ::GetCurrentThreadId();
    if (cause.thread == main_thread) cause.flags |= wire::kCrashMainThread;
    cause.instruction = instruction_of(context);
    cause.stack = stack_of(context);
    return cause;
}

[[noreturn]] void report_and_end(const CrashCause& cause, const CONTEXT& context,
                                 UINT code) noexcept {
    crash_report::begin(cause);
    report_modules();
    report_context(context);
    crash_report::tell_clients();
    end(code);
}

LONG WINAPI on_exception(EXCEPTION_POINTERS* pointers) {
    const EXCEPTION_RECORD& record = *pointers->ExceptionRecord;
    claim(record.ExceptionCode);
    CrashCause cause =
        cause_of(wire::CrashKind::kException, record.ExceptionCode, *pointers->ContextRecord);
    const bool has_address = record.ExceptionCode == EXCEPTION_ACCESS_VIOLATION ||
                             record.ExceptionCode == EXCEPTION_IN_PAGE_ERROR;
    if (has_address && record.NumberParameters >= 2) {
        cause.detail = static_cast<std::uint32_t>(record.ExceptionInformation[0]);
        cause.address = record.ExceptionInformation[1];
        cause.flags |= wire::kCrashAddress;
    }
    report_and_end(cause, *pointers->ContextRecord, record.ExceptionCode);
}

void on_abort(int number) {
    claim(kExitOfAbort);
    CONTEXT context{};
    ::RtlCaptureContext(&context);
    report_and_end(cause_of(wire::CrashKind::kSignal, static_cast<std::uint32_t>(number), context),
                   context, kExitOfAbort);
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
    crash_report::begin(cause);
    crash_report::tell_clients();
    dying_thread.store(0);  // what still runs may crash
}

}  // namespace

void install_crash_handler() noexcept {
    main_thread = ::GetCurrentThreadId();
    dying = ::CreateEventW(nullptr, TRUE, FALSE, nullptr);
    const HANDLE thread = ::CreateThread(nullptr, kStackBytes, limit_time, nullptr,
                                         STACK_SIZE_PARAM_IS_A_RESERVATION, nullptr);
    if (thread != nullptr) ::CloseHandle(thread);
    static const CrashStack stack;
    // No dialogue: nobody may be there to close it, and until then the client waits.
    ::SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
    ::SetUnhandledExceptionFilter(on_exception);
    std::signal(SIGABRT, on_abort);
    std::atexit(on_exit_called);
}

CrashStack::CrashStack() noexcept {
    ULONG bytes = kStackBytes;
    ::SetThreadStackGuarantee(&bytes);
}

CrashStack::~CrashStack() = default;

}  // namespace bridge32::host
