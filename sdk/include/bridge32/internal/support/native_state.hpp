// What a native 32-bit program of the platform has when it calls a library: one header a platform.
//
// Each defines
//
//     constexpr std::uint16_t kNativeX87;
//
// the x87 control word of a thread; and
//
//     struct ErrorNumbers;
//     ErrorNumbers error_numbers() noexcept;
//     void set_error_numbers(const ErrorNumbers& numbers) noexcept;
//
// what a library leaves for the next call that asks for it: errno, and on Windows the last error.
#pragma once

#if defined(_WIN32)
#include "bridge32/internal/support/windows/native_state.hpp"
#else
#include "bridge32/internal/support/linux/native_state.hpp"
#endif
