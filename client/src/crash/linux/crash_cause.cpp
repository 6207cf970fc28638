#include "client/crash/crash_cause.hpp"

#include <signal.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace bridge32::client {

namespace {

struct Detail {
    int signal;
    int code;
    const char* meaning;
};

// What siginfo_t::si_code adds to the signal.
// https://man7.org/linux/man-pages/man2/sigaction.2.html
constexpr Detail kDetails[] = {
    {SIGSEGV, SEGV_MAPERR, "no memory is mapped at this address"},
    {SIGSEGV, SEGV_ACCERR, "access is not permitted"},
    {SIGSEGV, SI_KERNEL, "an impossible address, or a privileged instruction"},
    {SIGBUS, BUS_ADRALN, "the address is not aligned"},
    {SIGBUS, BUS_ADRERR, "the mapped file is shorter than its mapping"},
    {SIGFPE, FPE_INTDIV, "integer division by zero"},
    {SIGFPE, FPE_INTOVF, "integer overflow"},
    {SIGFPE, FPE_FLTDIV, "floating-point division by zero"},
    {SIGFPE, FPE_FLTOVF, "floating-point overflow"},
    {SIGFPE, FPE_FLTUND, "floating-point underflow"},
    {SIGFPE, FPE_FLTRES, "inexact floating-point result"},
    {SIGFPE, FPE_FLTINV, "invalid floating-point operation"},
    {SIGILL, ILL_ILLOPC, "unknown instruction"},
    {SIGILL, ILL_ILLOPN, "unknown instruction"},
    {SIGILL, ILL_PRVOPC, "privileged instruction"},
};

constexpr std::array<std::string_view, 12> kRuntime = {
    "libc.so",     "libc-2.",  "ld-linux", "libstdc++", "libgcc_s",  "libpthread",
    "linux-gate.", "libm.so.", "[vdso]",   "libasan",   "libubsan.", "libtsan."};

std::string description(int signal) {
    const char* const text = ::sigdescr_np(signal);
    return text != nullptr ? text : "";
}

}  // namespace

CrashCause cause_of_report(wire::CrashKind kind, std::uint32_t code, std::uint32_t detail) {
    const int number = static_cast<int>(code);
    if (kind == wire::CrashKind::kExit)
        return {"exit code " + std::to_string(number), "exit was called"};
    const os::ExitStatus status{true, true, number};
    CrashCause cause{status.name(), description(number)};
    const int si_code = static_cast<int>(detail);
    for (const auto& entry : kDetails) {
        if (entry.signal == number && entry.code == si_code) {
            cause.meaning += std::string(": ") + entry.meaning;
        }
    }
    if (si_code == SI_USER) cause.meaning += ": sent by a process";
    return cause;
}

CrashCause cause_of_status(const os::ExitStatus& status) {
    if (!status.known) {
        return {"unknown", "it left no crash report; it was killed or called _exit"};
    }
    if (!status.by_fault) return {status.name(), ""};
    if (status.code == SIGKILL) {
        return {status.name(), "Killed: by a user, or by the system because memory ran out"};
    }
    return {status.name(), description(status.code)};
}

bool is_runtime(const std::string& module) {
    const std::string_view name = std::string_view(module).substr(module.rfind('/') + 1);
    return std::any_of(kRuntime.begin(), kRuntime.end(),
                       [name](std::string_view prefix) { return name.starts_with(prefix); });
}

}  // namespace bridge32::client
