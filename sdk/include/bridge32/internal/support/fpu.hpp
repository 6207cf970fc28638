// The control words of the floating-point unit: rounding, precision, what traps, denormals. What
// compilers and processors do differently stays in this file.
#pragma once

#include <cstdint>
#include <type_traits>

#if defined(_M_X64) && !defined(__GNUC__)
#include <xmmintrin.h>
#endif

namespace bridge32::detail {

/// By default what every process of Linux begins with, and all of our own code is compiled for.
struct FpuWords {
    std::uint32_t mxcsr = 0x1f80;
    std::uint16_t x87 = 0x37f;
};

/// The control words of this thread.
inline FpuWords fpu_words() noexcept {
    FpuWords words;
#if defined(__GNUC__) && (defined(__i386__) || defined(__x86_64__))
    __asm__ volatile("stmxcsr %0\n\tfnstcw %1" : "=m"(words.mxcsr), "=m"(words.x87));
#elif defined(_M_IX86)
    __asm {
        stmxcsr words.mxcsr
        fnstcw words.x87
    }
#elif defined(_M_X64)
    words.mxcsr = _mm_getcsr();  // this compiler has no x87 code for 64 bits
#endif
    return words;
}

/// Empties the x87 stack, where MMX code and wrong prototypes leave something behind, and clears
/// the x87 exceptions: of those that are not masked, the next x87 instruction would trap.
inline void clean_fpu() noexcept {
#if defined(__GNUC__) && (defined(__i386__) || defined(__x86_64__))
    std::uint16_t status = 0;
    __asm__ volatile("fnstsw %0" : "=a"(status));
    if ((status & 0xff) != 0) {
        __asm__ volatile("fnclex");
    }
    __asm__ volatile("emms" ::
                         : "st", "st(1)", "st(2)", "st(3)", "st(4)", "st(5)", "st(6)", "st(7)");
#elif defined(_M_IX86)
    __asm {
        fnclex
        emms
    }
#endif
}

/// Sets the control words of this thread, which are `current`. Writing takes longer than looking.
inline void set_fpu_words(const FpuWords& wanted, const FpuWords& current) noexcept {
#if defined(__GNUC__) && (defined(__i386__) || defined(__x86_64__))
    if (wanted.mxcsr != current.mxcsr) {
        __asm__ volatile("ldmxcsr %0" : : "m"(wanted.mxcsr));
    }
    if (wanted.x87 != current.x87) {
        // What `wanted` does not mask must not be pending.
        __asm__ volatile("fnclex\n\tfldcw %0" : : "m"(wanted.x87));
    }
#elif defined(_M_IX86)
    const FpuWords words = wanted;
    if (wanted.mxcsr != current.mxcsr) {
        __asm ldmxcsr words.mxcsr
    }
    if (wanted.x87 != current.x87) {
        __asm {
            fnclex
            fldcw words.x87
        }
    }
#elif defined(_M_X64)
    if (wanted.mxcsr != current.mxcsr) {
        _mm_setcsr(wanted.mxcsr);
    }
#else
    static_cast<void>(wanted);
    static_cast<void>(current);
#endif
}

#if defined(__GNUC__) && defined(__i386__)
/// Functions return an R in a register of the x87.
template <class R>
inline constexpr bool kX87Result = std::is_floating_point_v<R>;

/// Makes the compiler store all 80 bits here. As a number of fewer, it would be rounded as the
/// control word says, or trap and not be stored at all.
inline void store_x87(long double& number) noexcept { __asm__ volatile("" : "+m"(number)); }
#else
template <class R>
inline constexpr bool kX87Result = false;

inline void store_x87(long double&) noexcept {}
#endif

}  // namespace bridge32::detail
