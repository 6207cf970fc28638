#include "pages.hpp"

#include <dlfcn.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "bridge32/error.hpp"
#include "guards.hpp"

namespace bridge32::ffi {

namespace {

std::size_t page() {
    static const auto size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return size;
}

std::byte* map(std::size_t size) {
    void* const at =
        ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) {
        throw Error("no memory for " + std::to_string(size) + " bytes");
    }
    return static_cast<std::byte*>(at);
}

// -- who touches a guard page --

void watch(bool on);

Guards guards(watch);
struct sigaction next_handler {};
Guards::Message** abort_message = nullptr;

/// Says which buffer it was, and dies of abort; any other fault is the handler's that was there.
void handle_fault(int number, siginfo_t* info, void* context) {
    const auto* const at = static_cast<const std::byte*>(info->si_addr);
    Guards::Message* const message = guards.find(at, page());
    if (message != nullptr) {
        if (abort_message != nullptr) {
            *abort_message = message;
        }
        static_cast<void>(!::write(STDERR_FILENO, message->text, ::strlen(message->text)));
        static_cast<void>(!::write(STDERR_FILENO, "\n", 1));
        ::abort();
    }
    if ((next_handler.sa_flags & SA_SIGINFO) != 0) {
        return next_handler.sa_sigaction(number, info, context);
    }
    ::sigaction(number, &next_handler, nullptr);  // the fault comes again
}

/// The handler is there while there are guards, so that it is never in another one's way.
void watch(bool on) {
    if (!on) {
        ::sigaction(SIGSEGV, &next_handler, nullptr);
        return;
    }
    abort_message = static_cast<Guards::Message**>(::dlsym(RTLD_DEFAULT, "__abort_msg"));
    struct sigaction ours {};
    ours.sa_sigaction = handle_fault;
    ours.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    ::sigemptyset(&ours.sa_mask);
    ::sigaction(SIGSEGV, &ours, &next_handler);
}

}  // namespace

std::byte* make_code(std::size_t size, const std::function<void(std::byte* code)>& fill) {
    std::byte* const code = map(size);
    fill(code);
    if (::mprotect(code, size, PROT_READ | PROT_EXEC) != 0) {
        ::munmap(code, size);
        throw Error("this system lets no process make code, which callbacks need");
    }
    return code;
}

std::shared_ptr<std::byte> make_guarded(std::size_t size, std::string text) {
    const std::size_t room = (size + page() - 1) / page() * page();
    std::byte* const begin = map(room + page());
    std::byte* const guard = begin + room;
    if (::mprotect(guard, page(), PROT_NONE) != 0) {
        ::munmap(begin, room + page());
        throw Error("no memory for a guarded buffer");
    }
    guards.add(guard, text);
    return {guard - size, [=](std::byte*) {
                guards.drop(guard);
                ::munmap(begin, room + page());
            }};
}

}  // namespace bridge32::ffi
