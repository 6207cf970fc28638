#include "host32/crash/crash_handler.hpp"

#include <dlfcn.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <exception>
#include <iterator>
#include <mutex>
#include <string>

#include "base/times.hpp"
#include "host32/crash/crash_report.hpp"
#include "host32/crash/crash_site.hpp"
#include "host32/crash/thread_work.hpp"
#include "os/callers.hpp"
#include "os/process.hpp"
#include "os/segment.hpp"

namespace bridge32::host {

namespace {

constexpr int kFaults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP};
constexpr int kExitAfterSignal = 128;  // plus the number, as shells say it

// 20 KiB are used; a sanitizer's frames are larger.
constexpr std::size_t kStackBytes = 256 * 1024;

pid_t own_process = 0;
// The thread that is writing the report; it keeps this until the process ends.
std::atomic<pid_t> dying_thread{0};
// What it is dying of.
std::atomic<int> dying_of{0};

/// A library's handler of one of kFaults, which ours has replaced. It is asked before the process
/// ends: it may mend the fault, as those of language runtimes do. Never freed.
struct Displaced {
    struct sigaction action;
    std::string note;  // for the report
};
std::atomic<const Displaced*> displaced[std::size(kFaults)];

std::atomic<const Displaced*>* displaced_of(int number) noexcept {
    for (std::size_t i = 0; i < std::size(kFaults); ++i) {
        if (kFaults[i] == number) return &displaced[i];
    }
    return nullptr;
}

// While a displaced handler runs: the frame of on_fault, which runs it. The stack grows downwards,
// so a signal that comes meanwhile is handled below; one that comes after the handler was left by
// longjmp, in the same place.
std::atomic<std::uintptr_t> asking_from{0};
struct sigaction alarm_before {};
itimerval timer_before{};

pid_t this_thread() noexcept { return static_cast<pid_t>(::syscall(SYS_gettid)); }

// What glibc says when it aborts: a failed assertion, a damaged heap. A private symbol of glibc's,
// there for crash reporters, and null elsewhere:
// https://sourceware.org/bugzilla/show_bug.cgi?id=13002
struct AbortMessage {
    unsigned int bytes;  // of the whole mapping
    char text[1];
};
AbortMessage* const* abort_message = nullptr;

/// Ends the process as the system does it by default.
[[noreturn]] void die_of(int number) noexcept {
    struct sigaction by_default {};
    by_default.sa_handler = SIG_DFL;
    for (const int fault : kFaults)
        ::sigaction(fault, &by_default, nullptr);
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, number);
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    ::syscall(SYS_tgkill, ::getpid(), this_thread(), number);
    ::_exit(kExitAfterSignal + number);
}

/// Another thread's crash is being written, and ends the process. This one's is lost.
[[noreturn]] void wait_for_the_end(int number) noexcept {
    static_assert(times::kOthersReport >= std::chrono::seconds(1));
    timespec left{times::kOthersReport / std::chrono::seconds(1), 0};
    while (::nanosleep(&left, &left) != 0) {
    }
    die_of(number);
}

CrashCause cause_of(int number, const siginfo_t& info, const CrashSite& site) noexcept {
    CrashCause cause;
    cause.kind = wire::CrashKind::kSignal;
    cause.code = static_cast<std::uint32_t>(number);
    cause.detail = static_cast<std::uint32_t>(info.si_code);
    cause.flags = wire::kCrashCode | wire::kCrashInstruction;
    cause.instruction = site.instruction;
    cause.stack = site.stack;
    cause.thread = static_cast<std::uint32_t>(this_thread());
    if (this_thread() == own_process) cause.flags |= wire::kCrashMainThread;
    // SI_KERNEL: the processor does not say which address it was.
    if ((number == SIGSEGV || number == SIGBUS) && info.si_code > 0 && info.si_code != SI_KERNEL) {
        cause.address = reinterpret_cast<std::uintptr_t>(info.si_addr);
        cause.flags |= wire::kCrashAddress;
    }
    if (number == SIGABRT && abort_message != nullptr && *abort_message != nullptr) {
        const char* const text = (*abort_message)->text;
        cause.message = {text, ::strnlen(text, sizeof(wire::CrashReport::message))};
        while (cause.message.ends_with('\n'))
            cause.message.remove_suffix(1);
    }
    const auto* const library = displaced_of(number);
    if (const Displaced* const its = library == nullptr ? nullptr : library->load();
        its != nullptr && cause.message.empty()) {
        cause.message = its->note;
    }
    return cause;
}

bool is_below(const void* frame, std::uintptr_t other) noexcept {
    constexpr std::uintptr_t kLess = 128;  // than the system's own frame of a signal
    return reinterpret_cast<std::uintptr_t>(frame) + kLess < other;
}

/// The process lives on.
void recover(int number) noexcept {
    asking_from.store(0);
    ::setitimer(ITIMER_REAL, &timer_before, nullptr);
    ::sigaction(SIGALRM, &alarm_before, nullptr);
    // abort() ends the process when the handler returns.
    if (number != SIGABRT) crash_report::withdraw();
    dying_of.store(0);
    dying_thread.store(0);
}

/// The report takes too long: another thread may hold what the unwinder waits for.
void on_alarm(int, siginfo_t*, void*) {
    if (const auto from = asking_from.load(); from != 0) {
        // Only the thread itself knows whether it is still in the library's handler, or has left it
        // by longjmp.
        if (this_thread() != dying_thread.load()) {
            ::syscall(SYS_tgkill, ::getpid(), dying_thread.load(), SIGALRM);
            return;
        }
        if (!is_below(__builtin_frame_address(0), from)) return recover(dying_of.load());
    }
    report_walked_frames();
    crash_report::tell_clients();
    die_of(dying_of.load());
}

void set_timer(std::chrono::milliseconds limit) noexcept {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(limit);
    const auto rest = std::chrono::microseconds(limit - seconds).count();
    const itimerval value{{0, 0},
                          {static_cast<time_t>(seconds.count()), static_cast<suseconds_t>(rest)}};
    ::setitimer(ITIMER_REAL, &value, nullptr);
}

void limit_time() noexcept {
    ::getitimer(ITIMER_REAL, &timer_before);
    struct sigaction alarm {};
    alarm.sa_sigaction = on_alarm;
    alarm.sa_flags = SA_SIGINFO | SA_ONSTACK;
    ::sigaction(SIGALRM, &alarm, &alarm_before);
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGALRM);
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    set_timer(times::kCrashReport);
}

/// Runs the library's handler of this signal, if it has one. Returns if that does.
bool ask_library(int number, siginfo_t* info, void* context, const void* frame) noexcept {
    auto* const place = displaced_of(number);
    const Displaced* const its = place == nullptr ? nullptr : place->load();
    if (its == nullptr) return false;
    if ((its->action.sa_flags & SA_RESETHAND) != 0) place->store(nullptr);
    asking_from.store(reinterpret_cast<std::uintptr_t>(frame));
    set_timer(times::kLibrarysHandler);
    if ((its->action.sa_flags & SA_SIGINFO) != 0) {
        its->action.sa_sigaction(number, info, context);
    } else {
        its->action.sa_handler(number);
    }
    return true;
}

void on_fault(int number, siginfo_t* info, void* context) {
    // A forked child has our handlers and our clients' memory, but its death is not ours.
    if (::getpid() != own_process) die_of(number);
    // A client that cuts its channel short finds its own end: zeros are no valid message.
    if (number == SIGBUS && info->si_code == BUS_ADRERR &&
        os::Segment::replace_lost_memory(info->si_addr)) {
        return;
    }
    const void* const frame = __builtin_frame_address(0);
    const auto asked_from = asking_from.load();
    pid_t nobody = 0;
    if (asked_from != 0 && dying_thread.load() == this_thread() && !is_below(frame, asked_from)) {
        recover(dying_of.load());  // a library's handler was left by longjmp
    }
    if (!dying_thread.compare_exchange_strong(nobody, this_thread())) {
        if (nobody != this_thread()) wait_for_the_end(number);
        // A fault in what follows below, or a library's handler that hands the signal on. What is
        // published stays.
        static std::atomic<bool> again{false};
        if (!again.exchange(true)) {
            report_walked_frames();
            crash_report::tell_clients();
        }
        const int first = dying_of.load();
        die_of(first != 0 ? first : number);
    }
    dying_of.store(number);
    limit_time();
    const CrashSite site(context);
    crash_report::begin(cause_of(number, *info, site), ThreadWork::of_this_thread());
    report_modules();
    report_backtrace(site);
    if (ask_library(number, info, context, frame)) return recover(number);
    crash_report::tell_clients();
    die_of(number);
}

/// Runs when `exit` is called, after what was registered later; also at our own end, when there
/// is no client left.
void on_exit_called(int status, void*) {
    if (::getpid() != own_process || !CrashListener::any()) return;
    pid_t nobody = 0;
    if (!dying_thread.compare_exchange_strong(nobody, this_thread())) return;
    CrashCause cause;
    cause.kind = wire::CrashKind::kExit;
    cause.code = static_cast<std::uint32_t>(status);
    cause.flags = wire::kCrashCode;
    cause.thread = static_cast<std::uint32_t>(this_thread());
    if (this_thread() == own_process) cause.flags |= wire::kCrashMainThread;
    crash_report::begin(cause, ThreadWork::of_this_thread());
    crash_report::tell_clients();
    dying_thread.store(0);  // what still runs may crash
}

struct sigaction own_action() noexcept {
    struct sigaction action {};
    action.sa_sigaction = on_fault;
    // NODEFER: a fault in the handler comes to the handler.
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    ::sigemptyset(&action.sa_mask);
    return action;
}

bool is_own(const struct sigaction& action) noexcept {
    return (action.sa_flags & SA_SIGINFO) != 0 && action.sa_sigaction == on_fault;
}

bool is_function(const struct sigaction& action) noexcept {
    return action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN;
}

const void* code_of(const struct sigaction& action) noexcept {
    return reinterpret_cast<const void*>(action.sa_handler);
}

}  // namespace

void install_crash_handler() noexcept {
    own_process = ::getpid();
    abort_message = reinterpret_cast<AbortMessage* const*>(::dlsym(RTLD_DEFAULT, "__abort_msg"));
    static const CrashStack stack;
    const struct sigaction action = own_action();
    for (const int fault : kFaults)
        ::sigaction(fault, &action, nullptr);
    ::on_exit(on_exit_called, nullptr);
}

std::string take_back_crash_handler() noexcept try {
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    std::string taken;
    std::string last_owner;
    for (std::size_t i = 0; i < std::size(kFaults); ++i) {
        struct sigaction now {};
        if (::sigaction(kFaults[i], nullptr, &now) != 0) continue;
        if (is_own(now)) {
            // Its library may have been unloaded.
            const Displaced* const its = displaced[i].load();
            if (its != nullptr && os::file_at(code_of(its->action)).empty()) displaced[i] = nullptr;
            continue;
        }
        const std::string owner = is_function(now) ? os::file_at(code_of(now)) : "";
        const std::string name = os::ExitStatus{true, true, kFaults[i]}.name();
        const std::string note = owner.empty() ? name + " was taken from the crash handler"
                                               : owner + " has a handler of its own for " + name;
        displaced[i] = is_function(now) ? new Displaced{now, note} : nullptr;
        const struct sigaction action = own_action();
        ::sigaction(kFaults[i], &action, nullptr);
        if (!taken.empty() && owner == last_owner) {
            taken += ", " + name;
        } else {
            taken += (taken.empty() ? "" : "; ") + note;
        }
        last_owner = owner;
    }
    return taken;
} catch (const std::exception&) {
    return {};
}

CrashStack::CrashStack() noexcept {
    void* const memory = ::mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) return;
    stack_t stack{};
    stack.ss_sp = memory;
    stack.ss_size = kStackBytes;
    stack_t previous{};
    if (::sigaltstack(&stack, &previous) != 0) {
        ::munmap(memory, kStackBytes);
        return;
    }
    memory_ = memory;
    previous_ = (previous.ss_flags & SS_DISABLE) != 0 ? nullptr : previous.ss_sp;
    previous_size_ = static_cast<unsigned long>(previous.ss_size);
}

CrashStack::~CrashStack() {
    if (memory_ == nullptr) return;
    stack_t previous{};
    previous.ss_sp = previous_;
    previous.ss_size = previous_size_;
    previous.ss_flags = previous_ == nullptr ? SS_DISABLE : 0;
    ::sigaltstack(&previous, nullptr);
    ::munmap(memory_, kStackBytes);
}

}  // namespace bridge32::host
