// A call of a library's function as words and memory of 32 bits: what a drop-in library sends to
// the plugin `ffi`, and what comes back. It knows no types: who calls has followed the interface.
//
//     request: DirectCall | uint32_t words[] | Fixup fixups[] | Elsewhere elsewhere[] | sent memory
//     reply:   DirectResult | memory from `back` on | text
#pragma once

#include <cstdint>

namespace bridge32::interfaces {

/// All numbers as i386 and x86-64 have them.
struct DirectCall {
    std::uint32_t function = 0;  ///< its address
    std::uint32_t words = 0;     ///< EAX, EDX, ECX, and the stack's
    std::uint32_t fixups = 0;
    std::uint32_t elsewhere = 0;
    std::uint32_t sent = 0;    ///< bytes of memory that follow
    std::uint32_t memory = 0;  ///< how much there is, at least `sent`; the rest is kFill
    std::uint32_t back = 0;    ///< from where on it comes back
    std::uint32_t pops = 0;    ///< bytes that the function takes off the stack
    std::uint32_t x87 = 0;     ///< 1: it returns a real number
    std::uint32_t text = 0;    ///< 1, 2 or 4: it returns text of such characters; 0: it does not
    std::int32_t error = 0;    ///< errno before the call
};
static_assert(sizeof(DirectCall) == 44);

/// A pointer into the memory.
struct Fixup {
    std::uint32_t at;  ///< where it stands: in bytes, in the words and the memory behind them
    std::uint32_t to;  ///< what it points to, in the memory
};

/// A part of the memory that lies elsewhere during the call.
struct Elsewhere {
    std::uint32_t at;
    std::uint32_t size;
    std::uint32_t address;  ///< 0: where it ends at an unreadable page
};

struct DirectResult {
    std::uint32_t eax = 0;
    std::uint32_t edx = 0;
    std::int32_t error = 0;     ///< errno after the call
    std::uint32_t base = 0;     ///< where the memory was
    std::uint8_t x87[12] = {};  ///< a `long double` of i386
    std::uint32_t text = 0;     ///< bytes of the text, with its zero; 0: null, or no text
};
static_assert(sizeof(DirectResult) == 32);

/// How a call without memory is made, in one number.
struct SmallCall {
    static constexpr std::uint32_t kMostWords = 6;  ///< of the stack

    static constexpr std::uint32_t how(std::uint32_t stack_words, std::uint32_t pops, bool real) {
        return stack_words | (real ? 1u << 8 : 0) | pops << 16;
    }
    static constexpr std::uint32_t stack_words(std::uint32_t how) { return how & 0xff; }
    static constexpr bool returns_real(std::uint32_t how) { return (how & 1u << 8) != 0; }
    static constexpr std::uint32_t pops(std::uint32_t how) { return how >> 16; }
};

/// What memory that was not sent consists of: results, and what lies behind them.
inline constexpr std::uint8_t kFill = 0xc5;

}  // namespace bridge32::interfaces
