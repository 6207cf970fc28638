#include "tool/headers/system_headers.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>

namespace bridge32::tool {

namespace {

// -idirafter: only what is found nowhere else.
constexpr const char* kFolder = "/bridge32-fallback-headers";
constexpr const char* kAnnotations = "/bridge32-fallback-headers/annotations.h";

// The types that clang itself knows.
constexpr const char* kStddef = R"C(
#pragma once
typedef __SIZE_TYPE__ size_t;
typedef __PTRDIFF_TYPE__ ptrdiff_t;
typedef __WCHAR_TYPE__ wchar_t;
#define NULL ((void *)0)
#define offsetof(type, member) __builtin_offsetof(type, member)
)C";

constexpr const char* kStdarg = R"C(
#pragma once
typedef __builtin_va_list va_list;
typedef __builtin_va_list __gnuc_va_list;
)C";

constexpr const char* kStdbool = R"C(
#pragma once
#define bool _Bool
#define true 1
#define false 0
)C";

constexpr const char* kStdint = R"C(
#pragma once
typedef __INT8_TYPE__ int8_t;
typedef __INT16_TYPE__ int16_t;
typedef __INT32_TYPE__ int32_t;
typedef __INT64_TYPE__ int64_t;
typedef __UINT8_TYPE__ uint8_t;
typedef __UINT16_TYPE__ uint16_t;
typedef __UINT32_TYPE__ uint32_t;
typedef __UINT64_TYPE__ uint64_t;
typedef __INTPTR_TYPE__ intptr_t;
typedef __UINTPTR_TYPE__ uintptr_t;
typedef __INTMAX_TYPE__ intmax_t;
typedef __UINTMAX_TYPE__ uintmax_t;
#define INT8_MIN (-128)
#define INT16_MIN (-32767 - 1)
#define INT32_MIN (-2147483647 - 1)
#define INT64_MIN (-9223372036854775807LL - 1)
#define INT8_MAX 127
#define INT16_MAX 32767
#define INT32_MAX 2147483647
#define INT64_MAX 9223372036854775807LL
#define UINT8_MAX 255
#define UINT16_MAX 65535
#define UINT32_MAX 4294967295U
#define UINT64_MAX 18446744073709551615ULL
#define SIZE_MAX ((__SIZE_TYPE__)-1)
#define INT8_C(c) c
#define INT16_C(c) c
#define INT32_C(c) c
#define INT64_C(c) c##LL
#define UINT8_C(c) c
#define UINT16_C(c) c
#define UINT32_C(c) c##U
#define UINT64_C(c) c##ULL
)C";

constexpr const char* kLimits = R"C(
#pragma once
#define CHAR_BIT 8
#define SCHAR_MIN (-128)
#define SCHAR_MAX __SCHAR_MAX__
#define UCHAR_MAX (__SCHAR_MAX__ * 2 + 1)
#define CHAR_MIN SCHAR_MIN
#define CHAR_MAX __SCHAR_MAX__
#define SHRT_MIN (-__SHRT_MAX__ - 1)
#define SHRT_MAX __SHRT_MAX__
#define USHRT_MAX (__SHRT_MAX__ * 2 + 1)
#define INT_MAX __INT_MAX__
#define INT_MIN (-__INT_MAX__ - 1)
#define UINT_MAX (__INT_MAX__ * 2U + 1)
#define LONG_MAX __LONG_MAX__
#define LONG_MIN (-__LONG_MAX__ - 1L)
#define ULONG_MAX (__LONG_MAX__ * 2UL + 1)
#define LLONG_MIN (-__LONG_LONG_MAX__ - 1LL)
#define LLONG_MAX __LONG_LONG_MAX__
#define ULLONG_MAX (__LONG_LONG_MAX__ * 2ULL + 1)
)C";

constexpr const char* kFloat = R"C(
#pragma once
#define FLT_MAX __FLT_MAX__
#define FLT_MIN __FLT_MIN__
#define FLT_EPSILON __FLT_EPSILON__
#define DBL_MAX __DBL_MAX__
#define DBL_MIN __DBL_MIN__
#define DBL_EPSILON __DBL_EPSILON__
#define DBL_DIG __DBL_DIG__
)C";

constexpr const char* kStdio = R"C(
#pragma once
#include <stdarg.h>
#include <stddef.h>
typedef struct _IO_FILE FILE;
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
)C";

constexpr const char* kTypes = R"C(
#pragma once
#include <stddef.h>
#include <stdint.h>
typedef __PTRDIFF_TYPE__ ssize_t;
typedef long off_t;
typedef long time_t;
typedef int pid_t;
typedef unsigned uid_t;
typedef unsigned gid_t;
)C";

constexpr const char* kTime = R"C(
#pragma once
#include <stddef.h>
#include <sys/types.h>
typedef long clock_t;
struct tm {
    int tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year, tm_wday, tm_yday, tm_isdst;
#ifndef _WIN32
    long tm_gmtoff;
    const char *tm_zone;
#endif
};
struct timeval { time_t tv_sec; long tv_usec; };
struct timespec { time_t tv_sec; long tv_nsec; };
)C";

// Windows' types, without its functions: for where MinGW's headers and the Windows SDK are missing.
constexpr const char* kWindows = R"C(
#pragma once
#include <stdarg.h>
#include <stddef.h>
#define WINAPI __stdcall
#define APIENTRY __stdcall
#define CALLBACK __stdcall
#define PASCAL __stdcall
#define WINAPIV __cdecl
#define CDECL __cdecl
#define CONST const
#define VOID void
#define FAR
#define NEAR
#define far
#define near
#define IN
#define OUT
#define OPTIONAL
#define DECLSPEC_IMPORT __declspec(dllimport)
#define EXTERN_C extern
#define STDMETHODCALLTYPE __stdcall
#define STDAPICALLTYPE __stdcall
#define STDAPI HRESULT __stdcall
#define DECLARE_HANDLE(name) struct name##__; typedef struct name##__ *name
#define TRUE 1
#define FALSE 0
#define MAX_PATH 260
typedef int BOOL, INT;
typedef unsigned char BYTE, UCHAR, BOOLEAN;
typedef char CHAR, CCHAR;
typedef unsigned short WORD, USHORT;
typedef short SHORT, VARIANT_BOOL;
typedef unsigned long DWORD, ULONG, LCID;
typedef long LONG, HRESULT, SCODE, NTSTATUS;
typedef unsigned int UINT, UINT32, DWORD32, ULONG32;
typedef int INT32, LONG32;
typedef signed char INT8;
typedef unsigned char UINT8;
typedef short INT16;
typedef unsigned short UINT16;
typedef long long LONGLONG, INT64, LONG64;
typedef unsigned long long ULONGLONG, DWORDLONG, UINT64, ULONG64, DWORD64;
typedef float FLOAT;
typedef double DOUBLE, DATE;
typedef wchar_t WCHAR, OLECHAR;
typedef __INTPTR_TYPE__ INT_PTR, SSIZE_T;
typedef __UINTPTR_TYPE__ UINT_PTR, SIZE_T, WPARAM;
typedef long LONG_PTR, LPARAM, LRESULT;
typedef unsigned long ULONG_PTR, DWORD_PTR;
typedef void *PVOID, *LPVOID, *HANDLE;
typedef const void *LPCVOID;
typedef char *PSTR, *LPSTR, *PCHAR;
typedef const char *PCSTR, *LPCSTR;
typedef WCHAR *PWSTR, *LPWSTR, *PWCHAR;
typedef const WCHAR *PCWSTR, *LPCWSTR;
typedef BOOL *PBOOL, *LPBOOL;
typedef BYTE *PBYTE, *LPBYTE;
typedef UCHAR *PUCHAR;
typedef WORD *PWORD, *LPWORD;
typedef DWORD *PDWORD, *LPDWORD;
typedef INT *PINT, *LPINT;
typedef UINT *PUINT;
typedef LONG *PLONG, *LPLONG;
typedef ULONG *PULONG;
typedef USHORT *PUSHORT;
typedef SHORT *PSHORT;
typedef FLOAT *PFLOAT;
typedef HANDLE *PHANDLE, *LPHANDLE;
#ifdef UNICODE
typedef WCHAR TCHAR, *LPTSTR, *PTSTR;
typedef const WCHAR *LPCTSTR, *PCTSTR;
#else
typedef char TCHAR, *LPTSTR, *PTSTR;
typedef const char *LPCTSTR, *PCTSTR;
#endif
typedef WORD ATOM;
typedef DWORD COLORREF;
)C";

constexpr const char* kWindowsHandles = R"C(
DECLARE_HANDLE(HWND);
DECLARE_HANDLE(HINSTANCE);
DECLARE_HANDLE(HDC);
DECLARE_HANDLE(HICON);
DECLARE_HANDLE(HBITMAP);
DECLARE_HANDLE(HBRUSH);
DECLARE_HANDLE(HFONT);
DECLARE_HANDLE(HMENU);
DECLARE_HANDLE(HKEY);
typedef HINSTANCE HMODULE;
typedef HICON HCURSOR;
typedef HANDLE HGLOBAL, HLOCAL;
typedef OLECHAR *BSTR;
typedef struct _GUID { unsigned long Data1; unsigned short Data2, Data3; unsigned char Data4[8]; } GUID, IID, CLSID;
typedef struct _FILETIME { DWORD dwLowDateTime, dwHighDateTime; } FILETIME, *PFILETIME, *LPFILETIME;
typedef struct _SYSTEMTIME { WORD wYear, wMonth, wDayOfWeek, wDay, wHour, wMinute, wSecond, wMilliseconds; } SYSTEMTIME, *PSYSTEMTIME, *LPSYSTEMTIME;
typedef struct tagPOINT { LONG x, y; } POINT, *PPOINT, *LPPOINT;
typedef struct tagSIZE { LONG cx, cy; } SIZE, *PSIZE, *LPSIZE;
typedef struct tagRECT { LONG left, top, right, bottom; } RECT, *PRECT, *LPRECT;
)C";

// Microsoft's annotations and __counted_by as attributes: type_reader.cpp reads them.
constexpr const char* kSal =
    "#define BRIDGE32_SAL(text) __attribute__((annotate(\"bridge32:\" text)))\n";
constexpr const char* kSalAndSystems = R"C(
#pragma once
#if __has_include_next(<sal.h>)
#include_next <sal.h>
#endif
)C";

/// SAL's words without parameters, with one and with two.
constexpr const char* kSalNames[]{"In",        "In_opt",    "In_z",       "In_opt_z",
                                  "Inout",     "Inout_opt", "Inout_z",    "Out",
                                  "Out_opt",   "Outptr",    "Outptr_opt", "Outptr_result_maybenull",
                                  "COM_Outptr"};
constexpr const char* kSalNames1[]{"In_reads",
                                   "In_reads_opt",
                                   "In_reads_z",
                                   "In_reads_opt_z",
                                   "In_reads_or_z",
                                   "In_reads_bytes",
                                   "In_reads_bytes_opt",
                                   "Out_writes",
                                   "Out_writes_opt",
                                   "Out_writes_z",
                                   "Out_writes_opt_z",
                                   "Out_writes_bytes",
                                   "Out_writes_bytes_opt",
                                   "Out_writes_all",
                                   "Out_writes_all_opt",
                                   "Out_writes_bytes_all",
                                   "Out_writes_bytes_all_opt",
                                   "Inout_updates",
                                   "Inout_updates_opt",
                                   "Inout_updates_z",
                                   "Inout_updates_all",
                                   "Inout_updates_bytes",
                                   "Inout_updates_bytes_opt",
                                   "Inout_updates_bytes_all",
                                   "Field_size",
                                   "Field_size_opt",
                                   "Field_size_bytes",
                                   "Field_size_bytes_opt"};
constexpr const char* kSalNames2[]{"Out_writes_to",       "Out_writes_to_opt",
                                   "Out_writes_bytes_to", "Out_writes_bytes_to_opt",
                                   "Inout_updates_to",    "Inout_updates_bytes_to"};

/// "#define _In_ …" for each. The interface's parser knows what the words mean.
std::string sal_macros() {
    std::string text = kSal;
    const auto define = [&](const std::string& name, const std::string& parameters,
                            const std::string& meaning) {
        text += "#undef " + name + "\n#define " + name + parameters + " BRIDGE32_SAL(" + meaning +
                ")\n";
    };
    for (const std::string name : kSalNames)
        define("_" + name + "_", "", "\"_" + name + "_\"");
    for (const std::string name : kSalNames1)
        define("_" + name + "_", "(n)", "\"_" + name + "_(\" #n \")\"");
    for (const std::string name : kSalNames2)
        define("_" + name + "_", "(n, m)", "\"_" + name + "_(\" #n \", \" #m \")\"");
    for (const char* name : {"__counted_by", "__counted_by_or_null"})
        define(name, "(n)", "\"count(\" #n \")\"");
    for (const char* name : {"__sized_by", "__sized_by_or_null"})
        define(name, "(n)", "\"bytes(\" #n \")\"");
    for (const char* nothing :
         {"_Check_return_", "_Must_inspect_result_", "_Reserved_", "_Null_terminated_",
          "_Ret_maybenull_", "_Ret_notnull_", "_Ret_z_", "_Ret_maybenull_z_",
          "_Printf_format_string_", "_Notnull_", "_Maybenull_", "_Use_decl_annotations_"}) {
        text += std::string("#ifndef ") + nothing + "\n#define " + nothing + "\n#endif\n";
    }
    for (const char* nothing :
         {"_Success_", "_Ret_", "_When_", "_At_", "_Post_", "_Pre_", "_Ret_writes_", "_Ret_range_",
          "_In_range_", "_Out_range_", "_Field_range_", "_Pre_satisfies_", "_Post_satisfies_"}) {
        text += std::string("#ifndef ") + nothing + "\n#define " + nothing + "(...)\n#endif\n";
    }
    return text;
}

// Known, and without anything that is needed to read the header of a library, as a rule.
constexpr const char* kLeftOutHeaders[]{
    "alloca.h",      "arpa/inet.h",   "asm/types.h",    "complex.h",     "conio.h",
    "crtdbg.h",      "crtdefs.h",     "direct.h",       "dirent.h",      "dlfcn.h",
    "endian.h",      "excpt.h",       "fcntl.h",        "features.h",    "fenv.h",
    "float.h",       "getopt.h",      "glob.h",         "grp.h",         "iconv.h",
    "intrin.h",      "io.h",          "iso646.h",       "langinfo.h",    "libgen.h",
    "libintl.h",     "linux/types.h", "locale.h",       "malloc.h",      "memory.h",
    "net/if.h",      "netdb.h",       "netinet/in.h",   "netinet/tcp.h", "poll.h",
    "process.h",     "pthread.h",     "pwd.h",          "regex.h",       "sched.h",
    "search.h",      "semaphore.h",   "setjmp.h",       "share.h",       "signal.h",
    "specstrings.h", "stdalign.h",    "stdatomic.h",    "stdnoreturn.h", "strings.h",
    "sys/cdefs.h",   "sys/file.h",    "sys/ioctl.h",    "sys/ipc.h",     "sys/mman.h",
    "sys/param.h",   "sys/poll.h",    "sys/resource.h", "sys/select.h",  "sys/shm.h",
    "sys/socket.h",  "sys/stat.h",    "sys/timeb.h",    "sys/uio.h",     "sys/un.h",
    "sys/utsname.h", "sys/wait.h",    "syslog.h",       "termios.h",     "tgmath.h",
    "threads.h",     "uchar.h",       "ucontext.h",     "utime.h",       "vadefs.h",
    "varargs.h",     "wctype.h",      "xlocale.h"};

constexpr const char* kWindowsHeaders[]{
    "basetsd.h",  "basetyps.h", "combaseapi.h", "guiddef.h",  "mmsystem.h", "minwindef.h",
    "ntdef.h",    "oaidl.h",    "objbase.h",    "objidl.h",   "ole2.h",     "oleauto.h",
    "rpc.h",      "rpcndr.h",   "tchar.h",      "unknwn.h",   "winbase.h",  "windef.h",
    "winerror.h", "wingdi.h",   "winnt.h",      "winsock.h",  "winsock2.h", "winuser.h",
    "ws2tcpip.h", "wtypes.h",   "Windows.h",    "WinDef.h",   "WinNT.h",    "WinBase.h",
    "WTypes.h",   "ObjBase.h",  "Ole2.h",       "OleAuto.h",  "WinSock2.h", "WINDOWS.H",
    "mmreg.h",    "winreg.h",   "winsvc.h",     "wincrypt.h", "commdlg.h",  "commctrl.h",
    "shellapi.h", "shlobj.h",   "winioctl.h",   "WinUser.h",  "WinError.h", "BaseTsd.h"};

constexpr const char* kDefinitions = R"C(
#define __STDC__ 1
#define __STDC_HOSTED__ 1
#define __STDC_VERSION__ 201112L
#define __GNUC__ 4
#define __GNUC_MINOR__ 2
#define __GNUC_PATCHLEVEL__ 1
#define __GNUC_STDC_INLINE__ 1
#define __OPTIMIZE__ 1
#define __CHAR_BIT__ 8
#define __SCHAR_MAX__ 127
#define __SHRT_MAX__ 32767
#define __INT_MAX__ 2147483647
#define __LONG_LONG_MAX__ 9223372036854775807LL
#define __INT8_TYPE__ signed char
#define __UINT8_TYPE__ unsigned char
#define __INT16_TYPE__ short
#define __UINT16_TYPE__ unsigned short
#define __INT32_TYPE__ int
#define __UINT32_TYPE__ unsigned int
#define __SIZEOF_SHORT__ 2
#define __SIZEOF_INT__ 4
#define __SIZEOF_LONG_LONG__ 8
#define __SIZEOF_FLOAT__ 4
#define __SIZEOF_DOUBLE__ 8
#define __ORDER_LITTLE_ENDIAN__ 1234
#define __ORDER_BIG_ENDIAN__ 4321
#define __BYTE_ORDER__ 1234
#define __LITTLE_ENDIAN__ 1
#define __FLT_MAX__ 3.40282347e+38F
#define __FLT_MIN__ 1.17549435e-38F
#define __FLT_EPSILON__ 1.19209290e-7F
#define __DBL_MAX__ 1.7976931348623157e+308
#define __DBL_MIN__ 2.2250738585072014e-308
#define __DBL_EPSILON__ 2.2204460492503131e-16
#define __DBL_DIG__ 15
#define __builtin_va_list va_list
)C";

constexpr std::array kNames32{"__i386__", "__i386", "i386", "__i686__"};
constexpr std::array kNames64{"__x86_64__", "__x86_64", "__amd64__", "__amd64"};
constexpr std::array kNamesLinux{"__linux__", "__linux", "linux",   "__unix__",
                                 "__unix",    "unix",    "__ELF__", "__gnu_linux__"};
constexpr std::array kNamesWindows{"_WIN32", "WIN32", "__WIN32__",   "__WIN32",
                                   "WINNT",  "_MT",   "__MINGW32__", "__MSVCRT__"};

constexpr std::string_view kSystemStructs[]{"stat",
                                            "stat64",
                                            "sockaddr",
                                            "sockaddr_in",
                                            "sockaddr_in6",
                                            "sockaddr_un",
                                            "addrinfo",
                                            "hostent",
                                            "in_addr",
                                            "in6_addr",
                                            "dirent",
                                            "passwd",
                                            "group",
                                            "iovec",
                                            "msghdr",
                                            "utsname",
                                            "rusage",
                                            "pollfd",
                                            "termios",
                                            "sigaction",
                                            "lconv",
                                            "timezone",
                                            "itimerval",
                                            "itimerspec",
                                            "utimbuf",
                                            "tms",
                                            "flock",
                                            "rlimit",
                                            "sigevent",
                                            "siginfo",
                                            "mq_attr",
                                            "sched_param",
                                            "sockaddr_storage",
                                            "servent",
                                            "protoent",
                                            "netent",
                                            "linger",
                                            "ucontext",
                                            "fd_set",
                                            "epoll_event",
                                            "_stat",
                                            "_timeb",
                                            "timeval",
                                            "timespec",
                                            "tm",
                                            "timeb",
                                            "_SECURITY_ATTRIBUTES",
                                            "_OVERLAPPED",
                                            "tagMSG",
                                            "tagVARIANT",
                                            "WSAData",
                                            "tWAVEFORMATEX"};

}  // namespace

const char* const kFallbackFolder = kFolder;

std::vector<std::string> target_options(interfaces::Target target) {
    const bool is_64 = target.bits == 64;
    std::vector<std::string> options;
    if (target.platform == interfaces::Platform::windows_) {
        options = {is_64 ? "--target=x86_64-pc-windows-gnu" : "--target=i686-pc-windows-gnu",
                   "-nostdlibinc",
                   "-fms-extensions",
                   "-isystem",
                   std::string(kFolder) + "/first",
                   "-isystem",
                   "/usr/share/mingw-w64/include"};
    } else {
        // Without the 32-bit headers, those of 64 bits, which know both.
        options = {is_64 ? "--target=x86_64-linux-gnu" : "--target=i386-linux-gnu", "-idirafter",
                   "/usr/include/x86_64-linux-gnu"};
    }
    options.insert(options.end(), {"-idirafter", kFolder, "-include", kAnnotations});
    return options;
}

std::string common_headers(interfaces::Target target) {
    return target.platform == interfaces::Platform::windows_ ? "windows.h" : "stdio.h";
}

std::vector<clang::Source> fallback_headers() {
    const std::string folder = std::string(kFolder) + "/";
    const auto also_windows = std::string(kWindows) + kWindowsHandles;
    std::vector<clang::Source> all{{folder + "stddef.h", kStddef},
                                   {folder + "stdarg.h", kStdarg},
                                   {folder + "stdbool.h", kStdbool},
                                   {folder + "stdint.h", kStdint},
                                   {folder + "limits.h", kLimits},
                                   {folder + "float.h", kFloat},
                                   {folder + "stdio.h", kStdio},
                                   {folder + "sys/types.h", kTypes},
                                   {folder + "time.h", kTime},
                                   {folder + "sys/time.h", "#include <time.h>\n"},
                                   {folder + "inttypes.h", "#include <stdint.h>\n"},
                                   {folder + "windows.h", also_windows},
                                   {folder + "gnu/stubs-32.h", "\n"}};
    // Before all else, and again behind what the system's headers make of them.
    all.push_back({kAnnotations, sal_macros()});
    all.push_back({folder + "first/sal.h", kSalAndSystems + sal_macros()});
    for (const char* types : {"stdlib.h", "string.h", "wchar.h"})
        all.push_back({folder + types, "#include <stddef.h>\n"});
    // The last ones are clang's, which MinGW's headers include.
    for (const char* empty :
         {"errno.h", "math.h", "assert.h", "ctype.h", "unistd.h", "mm_malloc.h", "x86intrin.h",
          "immintrin.h", "emmintrin.h", "xmmintrin.h", "mmintrin.h", "cpuid.h"})
        all.push_back({folder + empty, "\n"});
    return all;
}

std::map<std::string, std::string, std::less<>> known_headers(interfaces::Target target) {
    std::map<std::string, std::string, std::less<>> all;
    const std::string folder = std::string(kFolder) + "/";
    for (const auto& source : fallback_headers())
        if (source.name.starts_with(folder))
            all[source.name.substr(folder.size())] = source.content;
    for (const char* name : kLeftOutHeaders)
        all.emplace(name, "");
    all["sal.h"] = "";
    if (target.platform == interfaces::Platform::windows_) {
        for (const char* name : kWindowsHeaders)
            all[name] = "#include <windows.h>\n";
    } else {
        all.erase("windows.h");
    }
    return all;
}

std::string target_definitions(interfaces::Target target) {
    const bool is_64 = target.bits == 64;
    const bool windows = target.platform == interfaces::Platform::windows_;
    const bool wide_long = is_64 && !windows;
    const std::string size = is_64 ? (windows ? "long long" : "long") : "int";
    std::string text = kDefinitions;
    const auto define = [&](const std::string& name, const std::string& value) {
        text += "#define " + name + " " + value + "\n";
    };
    define("__SIZE_TYPE__", "unsigned " + size);
    define("__PTRDIFF_TYPE__", size);
    define("__INTPTR_TYPE__", size);
    define("__UINTPTR_TYPE__", "unsigned " + size);
    define("__WCHAR_TYPE__", windows ? "unsigned short" : is_64 ? "int" : "long");
    define("__INT64_TYPE__", wide_long ? "long" : "long long");
    define("__UINT64_TYPE__", wide_long ? "unsigned long" : "unsigned long long");
    define("__INTMAX_TYPE__", wide_long ? "long" : "long long");
    define("__UINTMAX_TYPE__", wide_long ? "unsigned long" : "unsigned long long");
    define("__LONG_MAX__", wide_long ? "9223372036854775807L" : "2147483647L");
    define("__SIZEOF_LONG__", wide_long ? "8" : "4");
    define("__SIZEOF_POINTER__", is_64 ? "8" : "4");
    define("__SIZEOF_SIZE_T__", is_64 ? "8" : "4");
    for (const char* name : is_64 ? kNames64 : kNames32)
        define(name, "1");
    if (wide_long) text += "#define __LP64__ 1\n#define _LP64 1\n";
    for (const char* name : windows ? kNamesWindows : kNamesLinux)
        define(name, "1");
    if (windows && is_64) define("_WIN64", "1");
    if (windows && !is_64) define("_X86_", "1");
    return text;
}

bool is_system_struct(std::string_view tag) {
    return std::find(std::begin(kSystemStructs), std::end(kSystemStructs), tag) !=
           std::end(kSystemStructs);
}

}  // namespace bridge32::tool
