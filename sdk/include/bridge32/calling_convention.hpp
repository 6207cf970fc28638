// Calling conventions of 32-bit x86. The macro stands between result and parameters:
//
//     lib.function<int BRIDGE32_STDCALL(int, int)>("f")
//
// A 64-bit process has one convention; there the macros are empty, and the same plugin
// source builds for both.
#pragma once

#if defined(__i386__) && defined(__GNUC__)
#define BRIDGE32_CDECL __attribute__((cdecl))
#define BRIDGE32_STDCALL __attribute__((stdcall))
#define BRIDGE32_FASTCALL __attribute__((fastcall))
// GCC has thiscall for every function type but warns wherever the attribute is written
// outside a class. So the user's signature carries a tag instead, and the attribute is
// written here only, where the warning is off.
#define BRIDGE32_THISCALL(...) (::bridge32::detail::ThisCall __VA_OPT__(, ) __VA_ARGS__)
#elif defined(_M_IX86)
#define BRIDGE32_CDECL __cdecl
#define BRIDGE32_STDCALL __stdcall
#define BRIDGE32_FASTCALL __fastcall
#define BRIDGE32_THISCALL __thiscall
#else
#define BRIDGE32_CDECL
#define BRIDGE32_STDCALL
#define BRIDGE32_FASTCALL
#define BRIDGE32_THISCALL
#endif

namespace bridge32 {

/// How a function takes its arguments and who removes them from the stack.
enum class CallingConvention { cdecl_, stdcall_, fastcall_, thiscall_ };

namespace detail {

struct ThisCall {};  // the tag of BRIDGE32_THISCALL

/// The function type that a user's signature stands for: itself, but for the tag.
template <class Signature>
struct function_type {
    using type = Signature;
};

#if defined(__i386__) && defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wattributes"
template <class R, class... A>
struct function_type<R(ThisCall, A...)> {
    using type = R __attribute__((thiscall)) (A...);
};
#pragma GCC diagnostic pop
#endif

}  // namespace detail
}  // namespace bridge32
