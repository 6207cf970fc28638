// Included by internal/support/native_state.hpp.
#pragma once

#include <cerrno>
#include <cstdint>

// Of <windows.h>, which is not for every plugin to include.
extern "C" __declspec(dllimport) unsigned long __stdcall GetLastError(void);
extern "C" __declspec(dllimport) void __stdcall SetLastError(unsigned long number);

namespace bridge32::detail {

inline constexpr std::uint16_t kNativeX87 = 0x27f;  // 53-bit precision, as Visual C++ and VB6 have

/// A library with a C runtime of its own also has an errno of its own, which nobody else changes.
struct ErrorNumbers {
    int c = 0;                 ///< errno
    unsigned long system = 0;  ///< GetLastError
};

inline ErrorNumbers error_numbers() noexcept {
    ErrorNumbers numbers;
    numbers.system = ::GetLastError();  // first: the other may change it
    numbers.c = errno;
    return numbers;
}
inline void set_error_numbers(const ErrorNumbers& numbers) noexcept {
    errno = numbers.c;
    ::SetLastError(numbers.system);
}

}  // namespace bridge32::detail
