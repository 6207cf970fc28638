// What the assembly passes: a call of a drop-in library's function, and a call of a function of the
// program's. x86-64 as on Linux (System V).
#pragma once

#include <cstddef>
#include <cstdint>

struct DropIn;

namespace bridge32::wrap {

/// A program has called a function of a drop-in library.
struct Frame {
    std::uint64_t integers[6];        ///< RDI, RSI, RDX, RCX, R8, R9
    std::uint8_t vectors[8][16];      ///< XMM0 to XMM7
    std::uint64_t al;                 ///< of a variadic function: how many vectors there are
    const std::byte* stack;           ///< the arguments there
    std::uint64_t rax, rdx;           ///< what it gets
    std::uint8_t xmm0[16], xmm1[16];  ///< and here
    std::uint8_t x87[16];             ///< a `long double`, if has_x87
    std::uint64_t has_x87;
    std::uint64_t unused;
};
static_assert(offsetof(Frame, vectors) == 48 && offsetof(Frame, al) == 176 &&
              offsetof(Frame, stack) == 184 && offsetof(Frame, rax) == 192 &&
              offsetof(Frame, xmm0) == 208 && offsetof(Frame, x87) == 240 &&
              offsetof(Frame, has_x87) == 256 && sizeof(Frame) == 272);

/// A call of a function of the program's.
struct Invocation {
    const void* function;
    std::uint64_t integers[6];
    double vectors[8];
    const std::uint64_t* stack;
    std::uint64_t stack_words;
    std::uint64_t rax;  ///< what it returned
    double xmm0;
};
static_assert(offsetof(Invocation, integers) == 8 && offsetof(Invocation, vectors) == 56 &&
              offsetof(Invocation, stack) == 120 && offsetof(Invocation, rax) == 136 &&
              offsetof(Invocation, xmm0) == 144);

}  // namespace bridge32::wrap

extern "C" {
/// What the stubs of drop-in libraries jump to: see drop_in.h.
void bridge32wrap_enter();
/// Called by it; of runtime.cpp.
void bridge32wrap_entered(DropIn* library, std::uint32_t function,
                          bridge32::wrap::Frame* frame) noexcept;
void bridge32wrap_invoke(bridge32::wrap::Invocation* invocation);
}
