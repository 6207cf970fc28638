// The few lines of assembly that call functions, and are called, by signatures known at run time:
// call_i386.S, and call_i386.asm for Visual C++.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(_WIN32)
#define BRIDGE32_FFI_HIDDEN
#else
#define BRIDGE32_FFI_HIDDEN __attribute__((visibility("hidden")))
#endif

namespace bridge32::ffi {

/// The first words of a call are registers.
inline constexpr std::uint32_t kEax = 0, kEdx = 1, kEcx = 2, kStack = 3;

/// A number as the x87 has it, in 10 bytes.
struct X87 {
    std::uint8_t bytes[12];

    long double value() const noexcept;
    void set(long double number) noexcept;
};

struct Invocation {
    const void* function;
    const std::uint32_t* words;  ///< EAX, EDX, ECX, and the stack's
    std::uint32_t stack_words;
    std::uint32_t eax;  ///< what the function returned, and EDX
    std::uint32_t edx;
    std::uint32_t popped;   ///< bytes that it took off the stack, its return address aside
    X87 x87;                ///< if has_x87
    std::uint32_t has_x87;  ///< it returns a number there
};
static_assert(offsetof(Invocation, eax) == 12 && offsetof(Invocation, popped) == 20 &&
              offsetof(Invocation, x87) == 24 && offsetof(Invocation, has_x87) == 36);

/// A library has called a closure.
struct Entry {
    std::uint32_t registers[3];  ///< EAX, EDX, ECX
    const std::byte* stack;      ///< the arguments there
    std::uint32_t number;        ///< of the closure
    std::uint32_t eax;           ///< what it gets, and EDX
    std::uint32_t edx;
    std::uint32_t pop;      ///< bytes to take off the stack
    std::uint32_t has_x87;  ///< it gets a number there
    X87 x87;
};
static_assert(offsetof(Entry, number) == 16 && offsetof(Entry, eax) == 20 &&
              offsetof(Entry, pop) == 28 && offsetof(Entry, has_x87) == 32 &&
              offsetof(Entry, x87) == 36 && sizeof(Entry) == 48);

}  // namespace bridge32::ffi

extern "C" {
BRIDGE32_FFI_HIDDEN void bridge32_ffi_call(bridge32::ffi::Invocation* invocation);
BRIDGE32_FFI_HIDDEN void bridge32_ffi_enter();
/// Called by the assembly; of closures.cpp.
BRIDGE32_FFI_HIDDEN void bridge32_ffi_entered(bridge32::ffi::Entry* entry) noexcept;
}

#if defined(__GNUC__)
inline long double bridge32::ffi::X87::value() const noexcept {
    static_assert(sizeof(long double) == sizeof bytes);
    long double number;
    std::memcpy(&number, bytes, sizeof bytes);
    return number;
}
inline void bridge32::ffi::X87::set(long double number) noexcept {
    std::memcpy(bytes, &number, sizeof bytes);
}
#else
// Its `long double` has 8 bytes.
inline long double bridge32::ffi::X87::value() const noexcept {
    const void* const from = bytes;
    long double number = 0;
    __asm {
        mov eax, from
        fld tbyte ptr [eax]
        fstp number
    }
    return number;
}
inline void bridge32::ffi::X87::set(long double number) noexcept {
    void* const to = bytes;
    __asm {
        fld number
        mov eax, to
        fstp tbyte ptr [eax]
    }
}
#endif
