#include "os/callers.hpp"

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <exception>
#include <memory>
#include <string_view>

#include "os/thread.hpp"

namespace bridge32::os {

namespace {

/// True for a thread that has ended but for the kernel's own work: it stays in the list for a
/// moment after pthread_join has returned.
bool is_ending(int tasks, const char* number) noexcept {
    constexpr unsigned kExiting = 4;  // PF_EXITING
    constexpr int kFlags = 7;         // fields after the name's
    std::array<char, 512> buffer;
    const std::string path = std::string(number) + "/stat";
    const int file = ::openat(tasks, path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return true;  // it is gone
    const ssize_t size = ::read(file, buffer.data(), buffer.size());
    ::close(file);
    if (size <= 0) return true;
    std::string_view text(buffer.data(), static_cast<std::size_t>(size));
    text.remove_prefix(std::min(text.rfind(')') + 1, text.size()));
    for (int field = 0; field < kFlags; ++field)
        text.remove_prefix(std::min(text.find(' ') + 1, text.size()));
    unsigned flags = 0;
    std::from_chars(text.data(), text.data() + text.size(), flags);
    return (flags & kExiting) != 0;
}

/// False where /proc is missing.
bool add_threads(std::vector<std::uint64_t>& threads) {
    const std::unique_ptr<DIR, int (*)(DIR*)> tasks(::opendir("/proc/self/task"), ::closedir);
    if (tasks == nullptr) return false;
    while (const dirent* const entry = ::readdir(tasks.get())) {
        const std::string_view name(static_cast<const char*>(entry->d_name));
        std::uint64_t number = 0;
        if (std::from_chars(name.data(), name.data() + name.size(), number).ec != std::errc())
            continue;
        if (!is_own_thread(number) && !is_ending(::dirfd(tasks.get()), entry->d_name))
            threads.push_back(number);
    }
    return true;
}

/// glibc refuses to set a key that nobody has created. Set is what the key has already.
void add_keys(std::vector<std::uint64_t>& keys) {
    for (pthread_key_t key = 0; key < PTHREAD_KEYS_MAX; ++key) {
        if (::pthread_setspecific(key, ::pthread_getspecific(key)) == 0) keys.push_back(key);
    }
}

void add_handlers(std::vector<std::uint64_t>& handlers) {
    for (int number = 1; number < _NSIG; ++number) {
        struct sigaction action {};
        const bool has = ::sigaction(number, nullptr, &action) == 0 &&
                         action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN;
        handlers.push_back(has ? reinterpret_cast<std::uintptr_t>(action.sa_handler) : 0);
    }
}

}  // namespace

Callers Callers::now() noexcept {
    Callers callers;
    try {
        ::dlerror();  // older C libraries create a key of their own at the first use
        callers.known_ = add_threads(callers.threads_);
        add_keys(callers.keys_);
        add_handlers(callers.handlers_);
    } catch (const std::exception&) {
        callers.known_ = false;
    }
    return callers;
}

std::string file_at(const void* address) {
    Dl_info info{};
    return ::dladdr(address, &info) != 0 && info.dli_fname != nullptr ? info.dli_fname : "";
}

bool keep_loaded(const std::filesystem::path& path) noexcept {
    return ::dlopen(path.c_str(), RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE) != nullptr;
}

}  // namespace bridge32::os
