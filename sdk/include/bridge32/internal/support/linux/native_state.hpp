// Included by internal/support/native_state.hpp.
#pragma once

#include <cerrno>
#include <cstdint>

namespace bridge32::detail {

inline constexpr std::uint16_t kNativeX87 = 0x37f;  // 64-bit precision

struct ErrorNumbers {
    int c = 0;  ///< errno
};

inline ErrorNumbers error_numbers() noexcept { return {errno}; }
inline void set_error_numbers(const ErrorNumbers& numbers) noexcept { errno = numbers.c; }

}  // namespace bridge32::detail
