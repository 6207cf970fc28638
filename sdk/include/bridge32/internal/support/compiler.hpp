// What compilers spell in their own ways. No other public header asks which compiler it is
// (but plugin.h and export.hpp, which say how to export a symbol).
#pragma once

// Calling conventions of 32-bit x86: see <bridge32/calling_convention.hpp>. GCC has thiscall for
// every function type but warns wherever the attribute is written outside a class. So there the
// user's signature carries a tag instead.
//
// BRIDGE32_DETAIL_EACH_CONVENTION(X) expands X(spelling, name) for each convention that a pointer
// to a function can have, BRIDGE32_DETAIL_EACH_CALLBACK_CONVENTION(X) for those of a function that
// we define.
#if defined(__i386__) && defined(__GNUC__)
#define BRIDGE32_CDECL __attribute__((cdecl))
#define BRIDGE32_STDCALL __attribute__((stdcall))
#define BRIDGE32_FASTCALL __attribute__((fastcall))
#define BRIDGE32_THISCALL(...) (::bridge32::detail::ThisCall __VA_OPT__(, ) __VA_ARGS__)
#define BRIDGE32_DETAIL_TAGGED_THISCALL __attribute__((thiscall))
#define BRIDGE32_DETAIL_EACH_CALLBACK_CONVENTION(X) \
    X(, cdecl_)                                     \
    X(__attribute__((stdcall)), stdcall_)           \
    X(__attribute__((fastcall)), fastcall_)
#define BRIDGE32_DETAIL_EACH_CONVENTION(X)      \
    BRIDGE32_DETAIL_EACH_CALLBACK_CONVENTION(X) \
    X(__attribute__((thiscall)), thiscall_)
#elif defined(_M_IX86)
#define BRIDGE32_CDECL __cdecl
#define BRIDGE32_STDCALL __stdcall
#define BRIDGE32_FASTCALL __fastcall
#define BRIDGE32_THISCALL __thiscall
#define BRIDGE32_DETAIL_EACH_CALLBACK_CONVENTION(X) \
    X(__cdecl, cdecl_)                              \
    X(__stdcall, stdcall_)                          \
    X(__fastcall, fastcall_)
#define BRIDGE32_DETAIL_EACH_CONVENTION(X)      \
    BRIDGE32_DETAIL_EACH_CALLBACK_CONVENTION(X) \
    X(__thiscall, thiscall_)
#else
#define BRIDGE32_CDECL
#define BRIDGE32_STDCALL
#define BRIDGE32_FASTCALL
#define BRIDGE32_THISCALL
#define BRIDGE32_DETAIL_EACH_CALLBACK_CONVENTION(X) X(, cdecl_)
#define BRIDGE32_DETAIL_EACH_CONVENTION(X) X(, cdecl_)
#endif

// Around code that names a calling convention where GCC has doubts about it.
#if defined(__GNUC__)
#define BRIDGE32_DETAIL_CONVENTIONS_BEGIN \
    _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wattributes\"")
#define BRIDGE32_DETAIL_CONVENTIONS_END _Pragma("GCC diagnostic pop")
#else
#define BRIDGE32_DETAIL_CONVENTIONS_BEGIN
#define BRIDGE32_DETAIL_CONVENTIONS_END
#endif

// Each plugin has its own copy of what bears this. Else an inline variable would be one object for
// all plugins of a process, and would keep every plugin from being unloaded. Windows' modules are
// apart by themselves.
#if defined(__GNUC__) && !defined(_WIN32)
#define BRIDGE32_DETAIL_OWN __attribute__((visibility("hidden")))
#else
#define BRIDGE32_DETAIL_OWN
#endif
