// Calling conventions of 32-bit x86. Write the macro between result and parameters:
//
//     lib.function<int BRIDGE32_STDCALL(int, int)>("f")
//
// A 64-bit process has only one convention, so the macros are empty there, and the same plugin
// source builds for both.
#pragma once

#include "bridge32/internal/support/compiler.hpp"

namespace bridge32 {

/// How a function takes its arguments and who removes them from the stack.
enum class CallingConvention { cdecl_, stdcall_, fastcall_, thiscall_ };

namespace detail {

struct ThisCall {};  // the tag of BRIDGE32_THISCALL

/// The function type of a user's signature: the same, without the tag.
template <class Signature>
struct function_type {
    using type = Signature;
};

#if defined(BRIDGE32_DETAIL_TAGGED_THISCALL)
BRIDGE32_DETAIL_CONVENTIONS_BEGIN
template <class R, class... A>
struct function_type<R(ThisCall, A...)> {
    using type = R BRIDGE32_DETAIL_TAGGED_THISCALL(A...);
};
BRIDGE32_DETAIL_CONVENTIONS_END
#endif

}  // namespace detail
}  // namespace bridge32
