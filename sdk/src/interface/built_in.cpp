// The names of types that every interface file can use: <stdint.h>'s, POSIX', Windows'.
#include <array>
#include <utility>

#include "interface/interface.hpp"

namespace bridge32::interfaces {

namespace {

using S = Scalar;

struct BuiltIn {
    const char* name;
    Scalar on_linux;
    Scalar on_windows;
};

constexpr BuiltIn kScalarNames[]{
    {"int8_t", S::signed_char, S::signed_char},
    {"uint8_t", S::unsigned_char, S::unsigned_char},
    {"int16_t", S::short_, S::short_},
    {"uint16_t", S::unsigned_short, S::unsigned_short},
    {"int32_t", S::int_, S::int_},
    {"uint32_t", S::unsigned_int, S::unsigned_int},
    {"int64_t", S::long_long, S::long_long},
    {"uint64_t", S::unsigned_long_long, S::unsigned_long_long},
    {"int_least8_t", S::signed_char, S::signed_char},
    {"uint_least8_t", S::unsigned_char, S::unsigned_char},
    {"int_least16_t", S::short_, S::short_},
    {"uint_least16_t", S::unsigned_short, S::unsigned_short},
    {"int_least32_t", S::int_, S::int_},
    {"uint_least32_t", S::unsigned_int, S::unsigned_int},
    {"int_least64_t", S::long_long, S::long_long},
    {"uint_least64_t", S::unsigned_long_long, S::unsigned_long_long},
    {"int_fast8_t", S::signed_char, S::signed_char},
    {"uint_fast8_t", S::unsigned_char, S::unsigned_char},
    {"int_fast16_t", S::signed_size, S::short_},
    {"uint_fast16_t", S::unsigned_size, S::unsigned_short},
    {"int_fast32_t", S::signed_size, S::int_},
    {"uint_fast32_t", S::unsigned_size, S::unsigned_int},
    {"int_fast64_t", S::long_long, S::long_long},
    {"uint_fast64_t", S::unsigned_long_long, S::unsigned_long_long},
    {"intmax_t", S::long_long, S::long_long},
    {"uintmax_t", S::unsigned_long_long, S::unsigned_long_long},
    {"size_t", S::unsigned_size, S::unsigned_size},
    {"ssize_t", S::signed_size, S::signed_size},
    {"intptr_t", S::signed_size, S::signed_size},
    {"uintptr_t", S::unsigned_size, S::unsigned_size},
    {"ptrdiff_t", S::signed_size, S::signed_size},
    {"wchar_t", S::wchar, S::wchar},
    {"char16_t", S::char16, S::char16},
    {"char32_t", S::char32, S::char32},
    {"__int8", S::signed_char, S::signed_char},
    {"__int16", S::short_, S::short_},
    {"__int32", S::int_, S::int_},
    {"__int64", S::long_long, S::long_long},
    // Windows'. On Linux they are as wide as there, not as their C types would be.
    {"VOID", S::void_, S::void_},
    {"BOOL", S::int_, S::int_},
    {"BOOLEAN", S::unsigned_char, S::unsigned_char},
    {"BYTE", S::unsigned_char, S::unsigned_char},
    {"CHAR", S::char_, S::char_},
    {"CCHAR", S::char_, S::char_},
    {"UCHAR", S::unsigned_char, S::unsigned_char},
    {"WCHAR", S::char16, S::wchar},
    {"SHORT", S::short_, S::short_},
    {"USHORT", S::unsigned_short, S::unsigned_short},
    {"WORD", S::unsigned_short, S::unsigned_short},
    {"ATOM", S::unsigned_short, S::unsigned_short},
    {"LANGID", S::unsigned_short, S::unsigned_short},
    {"INT", S::int_, S::int_},
    {"UINT", S::unsigned_int, S::unsigned_int},
    {"LONG", S::int_, S::long_},
    {"ULONG", S::unsigned_int, S::unsigned_long},
    {"DWORD", S::unsigned_int, S::unsigned_long},
    {"LCID", S::unsigned_int, S::unsigned_long},
    {"COLORREF", S::unsigned_int, S::unsigned_long},
    {"HRESULT", S::int_, S::long_},
    {"SCODE", S::int_, S::long_},
    {"NTSTATUS", S::int_, S::long_},
    {"INT8", S::signed_char, S::signed_char},
    {"UINT8", S::unsigned_char, S::unsigned_char},
    {"INT16", S::short_, S::short_},
    {"UINT16", S::unsigned_short, S::unsigned_short},
    {"INT32", S::int_, S::int_},
    {"UINT32", S::unsigned_int, S::unsigned_int},
    {"LONG32", S::int_, S::int_},
    {"ULONG32", S::unsigned_int, S::unsigned_int},
    {"DWORD32", S::unsigned_int, S::unsigned_int},
    {"INT64", S::long_long, S::long_long},
    {"UINT64", S::unsigned_long_long, S::unsigned_long_long},
    {"LONG64", S::long_long, S::long_long},
    {"ULONG64", S::unsigned_long_long, S::unsigned_long_long},
    {"DWORD64", S::unsigned_long_long, S::unsigned_long_long},
    {"LONGLONG", S::long_long, S::long_long},
    {"ULONGLONG", S::unsigned_long_long, S::unsigned_long_long},
    {"DWORDLONG", S::unsigned_long_long, S::unsigned_long_long},
    {"INT_PTR", S::signed_size, S::signed_size},
    {"LONG_PTR", S::signed_size, S::signed_size},
    {"UINT_PTR", S::unsigned_size, S::unsigned_size},
    {"ULONG_PTR", S::unsigned_size, S::unsigned_size},
    {"DWORD_PTR", S::unsigned_size, S::unsigned_size},
    {"SIZE_T", S::unsigned_size, S::unsigned_size},
    {"SSIZE_T", S::signed_size, S::signed_size},
    {"WPARAM", S::unsigned_size, S::unsigned_size},
    {"LPARAM", S::signed_size, S::signed_size},
    {"LRESULT", S::signed_size, S::signed_size},
    {"FLOAT", S::float_, S::float_},
    {"DOUBLE", S::double_, S::double_},
    {"VARIANT_BOOL", S::short_, S::short_},
    {"DATE", S::double_, S::double_},
};

/// `time_t` and `off_t` are those of programs that do not ask for wider ones, as old libraries do
/// not. On Windows they depend on the compiler's year, so no width is assumed there.
constexpr std::pair<const char*, Scalar> kOnLinux[]{{"time_t", S::long_},
                                                    {"off_t", S::long_},
                                                    {"off64_t", S::long_long},
                                                    {"loff_t", S::long_long},
                                                    {"pid_t", S::int_},
                                                    {"uid_t", S::unsigned_int},
                                                    {"gid_t", S::unsigned_int},
                                                    {"mode_t", S::unsigned_int},
                                                    {"id_t", S::unsigned_int},
                                                    {"ino_t", S::unsigned_long},
                                                    {"dev_t", S::unsigned_long_long},
                                                    {"socklen_t", S::unsigned_int},
                                                    {"clock_t", S::long_},
                                                    {"clockid_t", S::int_},
                                                    {"useconds_t", S::unsigned_int},
                                                    {"suseconds_t", S::long_},
                                                    {"in_addr_t", S::unsigned_int},
                                                    {"in_port_t", S::unsigned_short},
                                                    {"sa_family_t", S::unsigned_short},
                                                    {"u_char", S::unsigned_char},
                                                    {"u_short", S::unsigned_short},
                                                    {"u_int", S::unsigned_int},
                                                    {"u_long", S::unsigned_long},
                                                    {"ushort", S::unsigned_short},
                                                    {"uint", S::unsigned_int},
                                                    {"ulong", S::unsigned_long},
                                                    {"u_int8_t", S::unsigned_char},
                                                    {"u_int16_t", S::unsigned_short},
                                                    {"u_int32_t", S::unsigned_int},
                                                    {"u_int64_t", S::unsigned_long_long}};

/// `attribute` may be null.
struct BuiltInPointer {
    const char* name;
    const char* of;
    bool to_const;
    const char* attribute;
};

constexpr BuiltInPointer kPointerNames[]{
    {"PVOID", "VOID", false, nullptr},
    {"LPVOID", "VOID", false, nullptr},
    {"LPCVOID", "VOID", true, nullptr},
    {"PCVOID", "VOID", true, nullptr},
    {"PSTR", "CHAR", false, nullptr},
    {"LPSTR", "CHAR", false, nullptr},
    {"PCHAR", "CHAR", false, nullptr},
    {"PCSTR", "CHAR", true, "string"},
    {"LPCSTR", "CHAR", true, "string"},
    {"PWSTR", "WCHAR", false, nullptr},
    {"LPWSTR", "WCHAR", false, nullptr},
    {"PWCHAR", "WCHAR", false, nullptr},
    {"PCWSTR", "WCHAR", true, "string"},
    {"LPCWSTR", "WCHAR", true, "string"},
    {"PBOOL", "BOOL", false, nullptr},
    {"LPBOOL", "BOOL", false, nullptr},
    {"PBYTE", "BYTE", false, nullptr},
    {"LPBYTE", "BYTE", false, nullptr},
    {"PUCHAR", "UCHAR", false, nullptr},
    {"PSHORT", "SHORT", false, nullptr},
    {"PUSHORT", "USHORT", false, nullptr},
    {"PWORD", "WORD", false, nullptr},
    {"LPWORD", "WORD", false, nullptr},
    {"PINT", "INT", false, nullptr},
    {"LPINT", "INT", false, nullptr},
    {"PUINT", "UINT", false, nullptr},
    {"PLONG", "LONG", false, nullptr},
    {"LPLONG", "LONG", false, nullptr},
    {"PULONG", "ULONG", false, nullptr},
    {"PDWORD", "DWORD", false, nullptr},
    {"LPDWORD", "DWORD", false, nullptr},
    {"PFLOAT", "FLOAT", false, nullptr},
    {"PSIZE_T", "SIZE_T", false, nullptr},
    {"PULONG_PTR", "ULONG_PTR", false, nullptr},
    {"PDWORD_PTR", "DWORD_PTR", false, nullptr},
    {"PLONGLONG", "LONGLONG", false, nullptr},
    {"PULONGLONG", "ULONGLONG", false, nullptr},
};

constexpr const char* kHandles[]{
    "HANDLE",  "HWND",      "HINSTANCE",    "HMODULE",  "HDC",    "HGDIOBJ",  "HBITMAP",
    "HBRUSH",  "HPEN",      "HFONT",        "HICON",    "HMENU",  "HCURSOR",  "HKEY",
    "HGLOBAL", "HLOCAL",    "HRSRC",        "HHOOK",    "HRGN",   "HPALETTE", "HDESK",
    "HWINSTA", "HMETAFILE", "HENHMETAFILE", "HMONITOR", "HACCEL", "SC_HANDLE"};

}  // namespace

void Interface::add_built_in() {
    const auto alias = [this](const char* name, const Type& of) -> Type& {
        Type type;
        type.kind = TypeKind::alias;
        type.name = name;
        type.of = &of;
        type.is_built_in = true;
        Type& added = add(std::move(type));
        know(added);
        return added;
    };
    const bool windows = target.platform == Platform::windows_;
    for (const auto& [name, on_linux, on_windows] : kScalarNames) {
        alias(name, scalar(windows ? on_windows : on_linux));
    }
    if (!windows) {
        for (const auto& [name, meaning] : kOnLinux) {
            alias(name, scalar(meaning));
        }
    }
    for (const auto& [name, of, to_const, attribute] : kPointerNames) {
        const Type& pointee = *this->alias(of);
        Type& added = alias(name, pointer_to(to_const ? constant(pointee) : pointee));
        if (attribute != nullptr) added.attributes.all.push_back({attribute});
    }
    for (const char* const name : kHandles) {
        alias(name, pointer_to(scalar(S::void_))).attributes.all.push_back({"handle"});
    }
    const auto missing = [](Type& type, const char* why) {
        type.attributes.all.push_back({"missing", {{std::nullopt, why}}});
    };
    missing(alias("va_list", pointer_to(scalar(S::void_))),
            "a va_list cannot be made by a caller: declare the function with `...` instead");
    Type stream;  // no tag, so that the file can declare one of that name
    stream.kind = TypeKind::record;
    missing(
        alias("FILE", add(std::move(stream))),
        "a FILE belongs to the C library of one process. If the library's own functions make and "
        "close it, write [[handle]]");
    if (!windows || target.bits == 32) {  // as large as there; 8 bytes on a boundary of 8
        const Type& unit = scalar(windows ? S::int_ : S::long_);
        const std::uint64_t size = windows ? 16 : target.bits == 32 ? 39 : 25;
        missing(alias("jmp_buf", array_of(unit, size)),
                "a jmp_buf leads into functions that run in the same process");
    }
    alias("PHANDLE", pointer_to(*this->alias("HANDLE")));
    alias("LPHANDLE", pointer_to(*this->alias("HANDLE")));
    alias("PHKEY", pointer_to(*this->alias("HKEY")));
}

}  // namespace bridge32::interfaces
