// What a library can do to the process that it runs in without ending it at once.
#include <dlfcn.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bridge32/plugin.hpp>
#include <cstdint>
#include <filesystem>
#include <string>

#include "faults.hpp"

namespace {

constexpr int kExitOfHandler = 42;

/// A page of a file that is shorter than its mapping.
BRIDGE32_TEST_FAULT void sigbus() {
    const int file = ::memfd_create("short", MFD_CLOEXEC);
    auto* const page = static_cast<volatile char*>(
        ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0));
    page[0] = 1;
}

void replace_signal_handlers(const std::string& with) {
    for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTERM, SIGINT, SIGALRM}) {
        if (with == "default") {
            ::signal(number, SIG_DFL);
        } else {
            ::signal(number, [](int) { ::_exit(kExitOfHandler); });
        }
    }
}

/// True as long as a handler set above has not been taken back by the host.
bool has_replaced_handler() {
    struct sigaction action {};
    ::sigaction(SIGSEGV, nullptr, &action);
    Dl_info now{};
    Dl_info own{};
    ::dladdr(reinterpret_cast<void*>(&has_replaced_handler), &own);
    return action.sa_handler == SIG_DFL ||
           (::dladdr(reinterpret_cast<void*>(action.sa_handler), &now) != 0 &&
            now.dli_fbase == own.dli_fbase);
}

char* page = nullptr;
sigjmp_buf before_fault;

/// Reads a page that may not be read, and has a handler that lets it, or leaves by siglongjmp.
void mend_faults(const std::string& how) {
    page = static_cast<char*>(::mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (how == "mprotect") {
        ::signal(SIGSEGV, [](int) { ::mprotect(page, 4096, PROT_READ | PROT_WRITE); });
    } else {
        ::signal(SIGSEGV, [](int) { ::siglongjmp(before_fault, 1); });
    }
}

int fault_and_live(int times) {
    static int lived;  // not in a register, which siglongjmp would set back
    for (lived = 0; lived < times; ++lived) {
        ::mprotect(page, 4096, PROT_NONE);
        if (::sigsetjmp(before_fault, 1) == 0) *static_cast<volatile char*>(page) = 1;
    }
    return lived;
}

/// A child that does `how` at once, or lives on. Returns its number.
int fork_child(const std::string& how) {
    const pid_t child = ::fork();
    if (child != 0) return child;
    if (how == "crashes") faults::segv();
    if (how == "exits") std::exit(7);
    for (;;)
        ::pause();
}

class HarmsLinux : public bridge32::Plugin {
public:
    HarmsLinux() {
        method("sigbus", sigbus);
        method("kill_self", [] { ::kill(::getpid(), SIGKILL); });
        method("quick_exit_", [] { std::quick_exit(5); });
        method("close_descriptors", [] {
            for (int i = 0; i < 4096; ++i)
                ::close(i);
        });
        method("change_directory",
               [](const std::string& to) { std::filesystem::current_path(to); });
        method("replace_signal_handlers", replace_signal_handlers);
        method("has_replaced_handler", has_replaced_handler);
        method("mend_faults", mend_faults);
        method("fault_and_live", fault_and_live);
        method("segv", [] { faults::segv(); });
        method("fork_child", fork_child);
        method("has_ended", [](int child) { return ::waitpid(child, nullptr, WNOHANG) == child; });
        method(
            "add", [](int a, int b) { return a + b; }, {"a", "b"}, "Does no harm.");
    }
};

}  // namespace

BRIDGE32_PLUGIN(HarmsLinux)
