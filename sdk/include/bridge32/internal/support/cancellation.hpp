// The end of a thread by pthread_exit or pthread_cancel.
#pragma once

#include <version>

// Before a `catch (...)` that does not throw again. With the GNU C library such an end is an
// exception that nobody may keep: else the process dies with "FATAL: exception not rethrown". So
// end Python's threads that come back from our code after the interpreter has gone.
#if defined(__GLIBCXX__) && !defined(_WIN32)
#include <cxxabi.h>
#define BRIDGE32_DETAIL_PASS_CANCELLATION \
    catch (const abi::__forced_unwind&) { \
        throw;                            \
    }
#else
#define BRIDGE32_DETAIL_PASS_CANCELLATION
#endif
