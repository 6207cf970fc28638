// What a library can do to the process that it runs in without ending it at once.
#include <fcntl.h>
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
        method("segv", [] { faults::segv(); });
        method("fork_child", fork_child);
        method("has_ended", [](int child) { return ::waitpid(child, nullptr, WNOHANG) == child; });
        method(
            "add", [](int a, int b) { return a + b; }, {"a", "b"}, "Does no harm.");
    }
};

}  // namespace

BRIDGE32_PLUGIN(HarmsLinux)
