// The stub of one function; see wrap/drop_in.h.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tool/wrap/bytes.hpp"

namespace bridge32::tool {

inline constexpr std::size_t kStubBytes = 32;
inline constexpr std::size_t kStubCodeBytes = 23;

/// What an instruction whose end lies at `from` needs to reach `to`.
inline std::int32_t distance(std::uint64_t from, std::uint64_t to) {
    return static_cast<std::int32_t>(static_cast<std::int64_t>(to - from));
}

/// Adds `kStubBytes` that lie at the address `at`. `entry` is the address of a pointer.
inline void add_stub(Bytes& code, std::uint32_t number, std::uint64_t at, std::uint64_t drop_in,
                     std::uint64_t entry) {
    code.add({0xf3, 0x0f, 0x1e, 0xfa});  // endbr64
    code.add({0x4c, 0x8d, 0x15});        // lea  drop_in(%rip), %r10
    code.add(distance(at + 11, drop_in));
    code.add({0x41, 0xbb});  // mov  $number, %r11d
    code.add(number);
    code.add({0xff, 0x25});  // jmp  *entry(%rip)
    code.add(distance(at + kStubCodeBytes, entry));
    for (std::size_t i = kStubCodeBytes; i < kStubBytes; ++i)
        code.add({0xcc});
}

}  // namespace bridge32::tool
