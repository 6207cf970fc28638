// Functions that a library has the C library call when the process ends, whether or not the library
// is still loaded then. Those that `atexit` registers today are called when it is unloaded; but not
// those of on_exit, nor of `atexit` as programs and libraries of the last century call it.
//
// The host exports both functions, so that libraries call these ones. The library stays loaded.
#include <dlfcn.h>

#include <cstdlib>
#include <exception>
#include <string>

#include "os/callers.hpp"

namespace {

void keep_owner(const void* function) noexcept try {
    const std::string file = bridge32::os::file_at(function);
    if (!file.empty()) bridge32::os::keep_loaded(file);
} catch (const std::exception&) {
    // No memory for the name.
}

}  // namespace

#define BRIDGE32_FOR_LIBRARIES extern "C" __attribute__((visibility("default"), used))

extern "C" int __cxa_atexit(void (*)(void*), void*, void*) noexcept;

BRIDGE32_FOR_LIBRARIES int on_exit(void (*function)(int, void*), void* argument) noexcept {
    using OnExit = int (*)(void (*)(int, void*), void*);
    static const auto next = reinterpret_cast<OnExit>(::dlsym(RTLD_NEXT, "on_exit"));
    keep_owner(reinterpret_cast<const void*>(function));
    return next(function, argument);
}

BRIDGE32_FOR_LIBRARIES int atexit(void (*function)()) noexcept {
    keep_owner(reinterpret_cast<const void*>(function));
    // The argument that it is called with does no harm.
    return __cxa_atexit(reinterpret_cast<void (*)(void*)>(function), nullptr, nullptr);
}
