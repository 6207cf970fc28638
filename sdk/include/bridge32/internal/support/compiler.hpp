// What compilers spell in their own ways. No other public header asks which compiler it is
// (but plugin.h and export.hpp, which say how to export a symbol, and internal/support/fpu.hpp).
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

// For a function whose result must not pass through a register of the x87, which is the library's.
#if defined(__GNUC__)
#define BRIDGE32_DETAIL_ALWAYS_INLINE __attribute__((always_inline)) inline
#else
#define BRIDGE32_DETAIL_ALWAYS_INLINE inline
#endif

// Where code that is no template lives. By default every file that includes a header has it,
// inline, so that the headers are all that a plugin or a program needs. A build defines one of
// these to compile it once, in a file that defines BRIDGE32_DETAIL_RUNTIME before it includes the
// header:
//
//   BRIDGE32_SPLIT_PLUGIN   internal/plugin/plugin_runtime.cpp has all of it, for plugins
//   BRIDGE32_SPLIT_CLIENT   internal/protocol/client_runtime.cpp has the codec, for programs;
//                           what only plugins use stays inline
//
// A header x.hpp declares the code, x.ipp defines it. BRIDGE32_DETAIL_CODEC and
// BRIDGE32_DETAIL_PLUGIN stand before definitions in x.ipp, BRIDGE32_DETAIL_CODEC_API before what
// x.hpp declares of the codec. The public headers include x.ipp where BRIDGE32_DETAIL_CODEC_HERE or
// BRIDGE32_DETAIL_PLUGIN_HERE is defined.
#if defined(BRIDGE32_SPLIT_PLUGIN)
#define BRIDGE32_DETAIL_PLUGIN
#else
#define BRIDGE32_DETAIL_PLUGIN inline
#endif
#if defined(BRIDGE32_SPLIT_PLUGIN) || defined(BRIDGE32_SPLIT_CLIENT)
#define BRIDGE32_DETAIL_SPLIT_CODEC
#define BRIDGE32_DETAIL_CODEC
#else
#define BRIDGE32_DETAIL_CODEC inline
#endif
#if !defined(BRIDGE32_SPLIT_PLUGIN) || defined(BRIDGE32_DETAIL_RUNTIME)
#define BRIDGE32_DETAIL_PLUGIN_HERE
#endif
#if !defined(BRIDGE32_DETAIL_SPLIT_CODEC) || defined(BRIDGE32_DETAIL_RUNTIME)
#define BRIDGE32_DETAIL_CODEC_HERE
#endif
#if defined(BRIDGE32_SPLIT_CLIENT) && !defined(BRIDGE32_SPLIT_PLUGIN) && defined(__GNUC__) && \
    !defined(_WIN32)
#define BRIDGE32_DETAIL_CODEC_API __attribute__((visibility("default")))
#else
#define BRIDGE32_DETAIL_CODEC_API
#endif
