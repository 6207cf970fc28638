// The process and the thread that a plugin runs in.
#pragma once

#include <cstdint>

#if defined(_WIN32)
#include <process.h>

#include <thread>

namespace process {

inline std::int64_t id() { return _getpid(); }

// The thread that loads a plugin; the system does not say which one began the process.
inline const std::thread::id loader = std::this_thread::get_id();
inline bool on_main_thread() { return std::this_thread::get_id() == loader; }

}  // namespace process

#else
#include <sys/syscall.h>
#include <unistd.h>

namespace process {

inline std::int64_t id() { return ::getpid(); }
inline bool on_main_thread() { return ::syscall(SYS_gettid) == ::getpid(); }

}  // namespace process

#endif
