#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "interface/interface.hpp"
#include "interface/layout.hpp"
#include "interface/spelling.hpp"

namespace interface_parser_test {

using namespace bridge32::interfaces;

namespace {

constexpr Target kLinux{Platform::linux_, 32};
constexpr Target kWindows{Platform::windows_, 32};

Interface read(const std::string& text, Target target = kLinux) {
    return parse("interface 1;\n" + text, "vendor.b32i", target);
}

/// The text of one declaration after reading it.
std::string again(const std::string& text, Target target = kLinux) {
    const std::string all = text_of(read(text, target));
    const std::string head = "interface 1;\n\n";
    REQUIRE(all.starts_with(head));
    return all.substr(head.size(), all.size() - head.size() - 1);
}

}  // namespace

TEST_CASE("interface: the example of a whole file is read") {
    const Interface all = parse(
        "interface 1;\n"
        "library \"vendor\" { convention stdcall; text windows_1252; threads main; }\n"
        "typedef struct vdev_ *VDEV [[handle, free(VClose)]];\n"
        "typedef struct { DWORD cb [[sizeof]]; LONG gain; char name[16]; } VINFO;\n"
        "LONG VOpen(int port, VDEV *device [[out]]);\n"
        "LONG VRead(VDEV device, void *buffer [[out, bytes(size), used(*got)]], DWORD size,\n"
        "           DWORD *got [[out]]);\n"
        "LONG VWatch(VDEV device, int (__cdecl *f)(int level, void *user)\n"
        "            [[scope(notified), ends(VClose)]], void *user [[closure]]);\n"
        "char *VText(VDEV device) [[transfer(full), free(VFree)]];\n"
        "void VClose(VDEV device);  // and its memory\n"
        "void VFree(void *);\n",
        "vendor.b32i", kWindows);
    CHECK(all.library.name == "vendor");
    CHECK(all.library.text == TextEncoding::windows_1252);
    REQUIRE(all.functions.size() == 6);
    CHECK(all.function("VOpen")->signature.convention == Convention::stdcall);
    CHECK(all.function("VOpen")->signature.parameters[1].attributes.has("out"));
    CHECK(all.function("VOpen")->at.line == 5);
    const Parameter& buffer = all.function("VRead")->signature.parameters[1];
    CHECK(text_of(*buffer.attributes.expression("used")) == "*got");
    CHECK(buffer.attributes.text("bytes") == "size");
    const Parameter& callback = all.function("VWatch")->signature.parameters[1];
    CHECK(callback.attributes.text("scope") == "notified");
    CHECK(callback.type->of->signature.convention == Convention::cdecl_);
    CHECK(all.function("VText")->attributes.text("free") == "VFree");
    REQUIRE(all.alias("VINFO") != nullptr);
    CHECK(extent_of(*all.alias("VINFO"), kWindows) == Extent{24, 4});
    CHECK(all.alias("VDEV")->attributes.has("handle"));
    REQUIRE(all.tagged("vdev_") != nullptr);
    CHECK_FALSE(all.tagged("vdev_")->is_complete);
}

TEST_CASE("interface: C's declarations keep their types") {
    for (const auto& [text, expected] : {
             std::pair{"unsigned long int long f(long unsigned);",
                       "unsigned long long f(unsigned long);"},
             {"double f(double, int);", "double f(double, int);"},
             {"int f();", "int f(void);"},
             {"char const *const *f(register int volatile x);", "const char *const *f(int x);"},
             {"int (*f(int x))(int, double);", "int (*f(int x))(int, double);"},
             {"int *(*f[3])(void), g(int a, ...);", nullptr},
             {"extern int *(*f[3])(void);", "extern int *(*f[3])(void);"},
             {"void f(int (*)[2][3]);", "void f(int (*)[2][3]);"},
             {"void f(const double x[3], char *y[], int m[2][3]);",
              "void f(const double *x [[count(3)]], char **y, int (*m)[3] [[count(2)]]);"},
             {"void f(int n, double v[2 * n]);", "void f(int n, double *v [[count(2 * n)]]);"},
             {"int __stdcall f(int) ;", "int __stdcall f(int);"},
             {"int f(int) __attribute__((stdcall, deprecated));", "int __stdcall f(int);"},
             {"int __attribute__((regparm(3))) f(int);", "int __attribute__((regparm(3))) f(int);"},
             {"typedef int (CALLBACK *CB)(int, void *);",
              "typedef int (__stdcall *CB)(int, void *);"},
             {"typedef void (*CB)(int) __attribute__((fastcall));",
              "typedef void (__fastcall *CB)(int);"},
             {"void f(int g(int), int (h)(int));", "void f(int (*g)(int), int (*h)(int));"},
             {"char *WINAPI f(VOID);", "char *__stdcall f(void);"},
             {"extern void (__cdecl *(__stdcall *f)(int))(void);",
              "extern void (__cdecl *(__stdcall *f)(int))(void);"},
             {"int (__stdcall *f(int))(double);", "int (__stdcall *f(int))(double);"},
             {"int (*__stdcall f(int))(double);", "int (*__stdcall f(int))(double);"},
             {"int (WINAPI g)(int);", "int __stdcall g(int);"},
             {"enum e __attribute__((stdcall)) f(struct s *);",
              "enum e;\n\nenum e __stdcall f(struct s *);"},
             {"int f(FILE *, va_list);", "int f(FILE *, va_list);"},
             {"long double _Complex f(void);", nullptr},
             {"double _Complex f(long double);", "double _Complex f(long double);"},
             {"void f(unsigned __int64 x, __int8 y);",
              "void f(unsigned long long x, signed char y);"},
             {"__declspec(dllimport) extern int n;", "extern int n;"},
             {"extern \"C\" { int f(int); }", "int f(int);"},
             {"int f(int) [[ordinal(5), doc(\"five\\n\")]];",
              "int f(int) [[ordinal(5), doc(\"five\\n\")]];"},
             {"[[doc(\"x\")]] int f(int);", "int f(int) [[doc(\"x\")]];"},
         }) {
        const char* const source = text;
        CAPTURE(source);
        if (expected == nullptr) {
            CHECK_THROWS_AS(read(source), SyntaxError);
        } else {
            CHECK(again(source) == expected);
            CHECK(again(again(source)) == expected);
        }
    }
}

TEST_CASE("interface: structs, unions, bit-fields and enumerations keep their layouts") {
    const Interface all = read(
        "#pragma pack(push, 1)\n"
        "typedef struct tag { char a; double b; unsigned x : 3, : 0, y : 5;\n"
        "  struct { int q; } u, *v; union { int i; float f; }; struct tag *next; } P, *PP;\n"
        "#pragma pack(pop)\n"
        "struct __attribute__((aligned(16))) q { char a; int b __attribute__((packed)); };\n"
        "typedef enum { A, B = 1 << 4, C, D = ~0 } E;\n"
        "enum small : unsigned char { S };\n"
        "enum wide { W = 0x1FFFFFFFF };\n"
        "typedef struct { int n; } N, *PN;\n"
        "const int MAX = B + sizeof(P);\n"
        "struct t { char name[MAX]; E e; enum wide w; };\n");
    const Type& packed = *all.tagged("tag");
    CHECK(packed.pack == 1);
    CHECK(extent_of(packed, kLinux) == Extent{29, 1});
    CHECK(packed.members.size() == 9);
    CHECK(packed.members[5].type == packed.members[6].type->of);
    CHECK(extent_of(*all.tagged("q"), kLinux) == Extent{16, 16});
    CHECK(layout_of(*all.tagged("q"), kLinux).places[1].offset == 1);
    const Type& values = meaning(*all.alias("E"));
    CHECK(values.enumerators[2].value == 17);
    CHECK(values.of->scalar == Scalar::int_);
    CHECK(extent_of(*all.tagged("small"), kLinux).size == 1);
    CHECK(extent_of(*all.tagged("wide"), kLinux).size == 8);
    CHECK(meaning(*all.alias("PN")).of == all.alias("N"));
    CHECK(std::get<std::int64_t>(all.constant("MAX")->value) == 45);
    CHECK(all.tagged("t")->members[0].type->length == 45);
}

TEST_CASE("interface: constants have the value and the type that were written") {
    const Interface all = read(
        "const int A = 0x10, B = -5;\n"
        "const unsigned long long C = 18446744073709551615ULL;\n"
        "const double D = -1.5e3, E = 2;\n"
        "static const char *F = \"a\" \"\\x41\\101\\\"\";\n"
        "const char G[] = \"g\", H = 'h';\n"
        "const HANDLE I = -1;\n");
    CHECK(std::get<std::int64_t>(all.constant("A")->value) == 16);
    CHECK(std::get<std::int64_t>(all.constant("B")->value) == -5);
    CHECK(std::get<std::uint64_t>(all.constant("C")->value) == 18446744073709551615U);
    CHECK(std::get<double>(all.constant("D")->value) == -1500);
    CHECK(std::get<double>(all.constant("E")->value) == 2);
    CHECK(std::get<std::string>(all.constant("F")->value) == "aAA\"");
    CHECK(declaration(*all.constant("G")->type, "G") == "const char *G");
    CHECK(std::get<std::int64_t>(all.constant("H")->value) == 'h');
    CHECK(std::get<std::int64_t>(all.constant("I")->value) == -1);
}

TEST_CASE("interface: SAL, MIDL and counted_by are read as our attributes") {
    for (const auto& [text, expected] : {
             std::pair{"_In_ int x", "int x [[in]]"},
             {"_Inout_ int *x", "int *x [[inout]]"},
             {"_In_opt_ const int *x", "const int *x [[in, optional]]"},
             {"_Out_opt_ int *x", "int *x [[out, optional]]"},
             {"_In_z_ LPCSTR x", "LPCSTR x [[in, string]]"},
             {"_In_reads_(n) const int *x", "const int *x [[in, count(n)]]"},
             {"_In_reads_bytes_opt_(n) const void *x", "const void *x [[in, optional, bytes(n)]]"},
             {"_Out_writes_(n) int *x", "int *x [[out, count(n)]]"},
             {"_Out_writes_bytes_(2 * n) void *x", "void *x [[out, bytes(2 * n)]]"},
             {"_Out_writes_z_(n) char *x", "char *x [[out, string, count(n)]]"},
             {"_Out_writes_to_(n, *m) int *x", "int *x [[out, count(n), used(*m)]]"},
             {"_Inout_updates_(n) int *x", "int *x [[inout, count(n)]]"},
             {"__out_bcount_opt(n) void *x", "void *x [[out, optional, bytes(n)]]"},
             {"IN OUT int *x OPTIONAL", "int *x [[inout, optional]]"},
             {"[in] int x", "int x [[in]]"},
             {"[in, out, size_is(n)] int *x", "int *x [[inout, count(n)]]"},
             {"[out, size_is(n), length_is(*m)] int *x", "int *x [[out, count(n), used(*m)]]"},
             {"[in, string, unique] const wchar_t *x", "const wchar_t *x [[in, string, optional]]"},
             {"int *__counted_by(n) x", "int *x [[count(n)]]"},
             {"int *x __attribute__((counted_by(n)))", "int *x [[count(n)]]"},
         }) {
        const char* const source = text;
        CAPTURE(source);
        CHECK(again("_Success_(return != (0)) int f(" + std::string(source) +
                    ", int n, int *m);") == "int f(" + std::string(expected) + ", int n, int *m);");
    }
}

TEST_CASE("interface: one declaration is read without a file") {
    const Interface all = parse_declaration("double scale(double factor, int n)", kLinux);
    REQUIRE(all.functions.size() == 1);
    CHECK(all.functions[0].name == "scale");
    CHECK(all.functions[0].signature.parameters[1].name == "n");
    CHECK(parse_declaration("int counter;", kLinux).variables.size() == 1);
    CHECK_THROWS_WITH_AS(parse_declaration("int f(int); int g(int)", kLinux),
                         "declaration:1:13: found `int`, expected nothing after one declaration",
                         SyntaxError);
    CHECK_THROWS_AS(parse_declaration("", kLinux), SyntaxError);

    Interface scope = read("struct point { int x; double y; };");
    CHECK(extent_of(parse_type("struct point", scope), kLinux).size == 12);
    CHECK(extent_of(parse_type("unsigned long[3]", scope), kLinux).size == 12);
    CHECK(parse_type("int (__stdcall *)(int)", scope).of->signature.convention ==
          Convention::stdcall);
    CHECK_THROWS_AS(parse_type("struct point x", scope), SyntaxError);
}

TEST_CASE("interface: a file of 500 functions is read in little time") {
    std::string text;
    for (int i = 0; i < 500; ++i) {
        text += "LONG VRead" + std::to_string(i) +
                "(HANDLE device, void *buffer [[out, bytes(size), used(*got)]], DWORD size, "
                "DWORD *got [[out]]);\n";
    }
    const auto begin = std::chrono::steady_clock::now();

    const Interface all = read(text);

    CHECK(all.functions.size() == 500);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
}

}  // namespace interface_parser_test
