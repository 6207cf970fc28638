// C headers read without libclang.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <variant>

#include "interface/layout.hpp"
#include "interface/writer.hpp"
#include "tests/tool/headers.hpp"
#include "tool/headers/edits.hpp"

namespace own_reader_test {

namespace fs = std::filesystem;
namespace interfaces = bridge32::interfaces;
namespace tool = bridge32::tool;
using bridge32::Error;
using interfaces::Convention;

namespace {

/// The declarations of all functions.
std::string functions_of(const tool::HeaderContent& content) {
    std::string text;
    for (const auto& function : content.declared.functions)
        text += test::text_of(function) + "\n";
    return text;
}

std::string left_out_of(const tool::HeaderContent& content) {
    std::string text;
    for (const auto& one : content.left_out)
        text += one.name + ": " + one.reason + "\n";
    return text;
}

std::string error_about(const std::string& header) {
    try {
        test::read_header_by_own(header);
        return "no error";
    } catch (const Error& error) {
        return error.what();
    }
}

std::int64_t integer(const tool::HeaderContent& content, const char* name) {
    CAPTURE(name);
    const auto* constant = content.declared.constant(name);
    REQUIRE(constant != nullptr);
    return std::get<std::int64_t>(constant->value);
}

}  // namespace

TEST_CASE("own reader: macros, conditions and joined lines") {
    const auto content = test::read_header_by_own(
        "#ifndef V_H\n#define V_H 1\n"
        "#if defined(_WIN32) && !defined(V_STATIC)\n#define V_API __declspec(dllexport)\n"
        "#elif __GNUC__ >= 4 || 1 / 0\n#define V_API __attribute__((visibility(\"default\")))\n"
        "#else\n#error \"no\"\n#endif\n"
        "#define V_ARGS(list) list\n#define V_NAME(x) v_##x\n#define V_TYPE(t, ...) t __VA_ARGS__\n"
        "#define V_TEXT_(x) #x\n#define V_TEXT(x) V_TEXT_(x)\n#define V_LEVEL 3\n"
        "#define V_VERSION V_TEXT(V_LEVEL) \".\" V_TEXT(V_LEVEL)\n"
        "V_API int V_NAME(open) V_ARGS((int port,\\\n   const char *name));\n"
        "/** Closes it. */\nextern V_API V_TYPE(unsigned, long) V_NAME(close)(void);\n"
        "#if 0\nthis isn't C\n#endif\n"
        "static int hidden(void) { return 1; }\ninline int also_hidden(void) { return 2; }\n"
        "#undef V_LEVEL\n#endif\n");

    CHECK(left_out_of(content) == "");
    CHECK(functions_of(content) ==
          "int v_open(int port, const char *name)\n"
          "unsigned long v_close(void) [[doc(\"Closes it.\")]]\n");
    CHECK(content.errors.empty());
    CHECK(content.declared.constant("V_LEVEL") == nullptr);
}

TEST_CASE("own reader: constants have the values that C gives them") {
    const auto content = test::read_header_by_own(
        "#define VMAX 16\n#define VMASK (VMAX << 2 | 1u)\n#define VBIG 0xffffffffffffffffULL\n"
        "#define VPI 3.25\n#define VTHIRD (1.f / 3)\n#define VTENTH ((float)0.1)\n#define VNAME "
        "\"a\" \" name\"\n#define VEMPTY\n#define VCALL(x) (x)\n"
        "#define VTYPE unsigned char\n#define VBAD (1 +\n#define VOTHER (VMAX > 3 ? 'a' : -1)\n"
        "#define VSHIFT (1 << 31)\n#define VINVERSE (~0u)\n#define VCAST ((unsigned char)-1)\n"
        "#define VSIZE (4 * sizeof(short))\n#define VENUM (VHIGH | 1)\n#define VLOOP VLOOP\n"
        "enum { VONE = 1, VMINUS = -2 };\n"
        "enum vlevel { VLOW = (1 << 4) - 1, VNEXT, VALL = ~0U, VHIGH = 0x80000000 };\n"
        "enum vsigned { VS = 1 << 31 };\n");

    const auto& declared = content.declared;
    CHECK(left_out_of(content) == "");
    CHECK(integer(content, "VMASK") == 65);
    CHECK(integer(content, "VMINUS") == -2);
    CHECK(integer(content, "VOTHER") == 'a');
    CHECK(integer(content, "VSHIFT") == INT32_MIN);
    CHECK(integer(content, "VINVERSE") == UINT32_MAX);
    CHECK(integer(content, "VCAST") == 255);
    CHECK(integer(content, "VSIZE") == 8);
    CHECK(integer(content, "VENUM") == 0x80000001LL);
    CHECK(std::get<std::uint64_t>(declared.constant("VBIG")->value) == UINT64_MAX);
    CHECK(std::get<double>(declared.constant("VPI")->value) == 3.25);
    CHECK(std::get<double>(declared.constant("VTHIRD")->value) == 0.3333333432674407958984375);
    CHECK(std::get<double>(declared.constant("VTENTH")->value) == 0.100000001490116119384765625);
    CHECK(std::get<std::string>(declared.constant("VNAME")->value) == "a name");
    CHECK(declared.constants.size() == 15);
    const auto& values = declared.tagged("vlevel")->enumerators;
    CHECK(values[0].value == 15);
    CHECK(values[1].value == 16);
    CHECK(values[2].value == UINT32_MAX);
    CHECK(declared.tagged("vsigned")->enumerators[0].value == INT32_MIN);
}

TEST_CASE("own reader: Windows' conventions, handles, packing and types") {
    const auto content = test::read_header_by_own(
        "#include <windows.h>\n#include <pshpack1.h>\n"
        "typedef struct tagINFO { BYTE kind; DWORD size; } VINFO, *PVINFO;\n"
        "#include <poppack.h>\n#pragma pack(push, 2)\nstruct two { char c; int i; };\n"
        "#pragma pack(pop)\n#define VCALL WINAPI\n#define VEXPORT EXTERN_C DECLSPEC_IMPORT\n"
        "DECLARE_HANDLE(VDEV);\ntypedef int (CALLBACK *VNOTIFY)(int level, void *user);\n"
        "typedef int (__cdecl *VPLAIN)(int level);\n"
        "VEXPORT VDEV VCALL VOpen(LPCSTR name);\nVEXPORT BOOL VCALL VInfo(VDEV device, PVINFO "
        "info);\n"
        "VEXPORT void __cdecl VLog(const char *format, ...);\n"
        "VEXPORT LONG VCALL VWatch(VDEV device, VNOTIFY f, void *user, VPLAIN plain);\n"
        "VEXPORT long double VCALL VLong(void);\nVEXPORT time_t VCALL VTime(void);\n",
        test::kWindows32);

    const auto& declared = content.declared;
    CAPTURE(left_out_of(content));
    CHECK(content.left_out.size() == 2);  // VLong, VTime
    REQUIRE(declared.functions.size() == 4);
    CHECK(declared.library.convention == Convention::stdcall);
    CHECK(declared.functions[0].signature.convention == Convention::stdcall);
    CHECK(test::text_of(declared.functions[0]) == "VDEV VOpen(LPCSTR name)");
    CHECK(declared.functions[2].signature.convention == Convention::cdecl_);
    CHECK(interfaces::extent_of(*declared.tagged("tagINFO"), test::kWindows32).size == 5);
    CHECK(declared.tagged("two")->pack == 2);
    CHECK(interfaces::declaration(*declared.alias("VNOTIFY")->of, "f") ==
          "int (__stdcall *f)(int level, void *user)");
    CHECK(interfaces::declaration(*declared.alias("VPLAIN")->of, "f") ==
          "int (__cdecl *f)(int level)");
    CHECK_FALSE(interfaces::meaning(*interfaces::meaning(*declared.alias("VDEV")).of).is_complete);
}

TEST_CASE("own reader: what cannot be read is left out with file and line, and all that needs it") {
    const auto content = test::read_header_by_own(
        "#include <sys/socket.h>\nint good(int x);\nint bad(unknown_type x);\n"
        "typedef int v4 __attribute__((vector_size(16)));\nv4 vectors(v4 x);\nint old();\n"
        "typedef struct vbroken VBROKEN;\nint before(VBROKEN *x);\n"
        "struct vbroken { unknown_type t; int i; };\nint after(VBROKEN *x);\n"
        "int address(const struct sockaddr *a);\nint other(struct not_declared *x);\n"
        "enum vwrong { VW = unknown };\nint wrong(enum vwrong x);\n#pragma pack(push, "
        "what)\nstruct packed { char c; int i; };\nint use(struct packed "
        "*x);\n");

    CHECK(functions_of(content) == "int good(int x)\n");
    const std::string text = left_out_of(content);
    CAPTURE(text);
    for (const char* expected :
         {"vendor.h:3: found `unknown_type`", "vendor.h:4: found the attribute `vector_size`",
          "v4: ", "vectors: ", "old: ", "before: ", "vbroken: ", "after: ", "address: ", "other: ",
          "vwrong: ", "packed: ", "use: ", "vendor.h:15: "})
        CHECK_MESSAGE(text.find(expected) != std::string::npos, expected);
}

TEST_CASE("own reader: own includes are followed, the system's are known and left out") {
    test::TemporaryFolder folder;
    fs::create_directory(folder.path() / "more");
    test::write(folder.path() / "own.h",
                "#pragma once\n#include <string.h>\n#include <stdint.h>\n"
                "typedef uint8_t vbyte;\nint from_own(vbyte);\n");
    test::write(folder.path() / "more" / "deep.h", "#include \"own.h\"\nint from_deep(size_t);\n");
    test::write(folder.path() / "vendor.h",
                "#define DEEP <deep.h>\n#include \"own.h\"\n#include DEEP\n#if __has_include("
                "\"own.h\") && !__has_include(\"none.h\")\nint from_vendor(FILE *file);\n#endif\n");
    tool::HeaderOptions options;
    options.headers = {folder.path() / "vendor.h"};
    options.target = test::kLinux32;
    options.clang_options = {"-I",         test::text_of(folder.path() / "more"),
                             "-I",         test::text_of(folder.path()),
                             "-DUNUSED=1", "-Wall"};

    const auto content = tool::read_headers_without_clang(options);

    CAPTURE(left_out_of(content));
    CHECK(content.declared.functions.size() == 3);
    CHECK(content.declared.function("from_deep") != nullptr);
    CHECK_FALSE(content.declared.alias("vbyte")->is_built_in);
    options.clang_options = {"-fpack-struct"};
    CHECK_THROWS_WITH_AS(tool::read_headers_without_clang(options),
                         doctest::Contains("-fpack-struct needs libclang"), Error);
    CHECK(error_about("#include \"nowhere.h\"\n").find("vendor.h:1") != std::string::npos);
    CHECK(error_about("#include \"nowhere.h\"\n").find("-- -I FOLDER") != std::string::npos);
}

TEST_CASE("own reader: a header that relies on <windows.h> is read with it") {
    const auto content =
        test::read_header_by_own("VOID WINAPI VOpen(LPCSTR name, TCHAR c);\n", test::kWindows32);

    CHECK(content.read_first == "windows.h");
    CHECK(functions_of(content) == "void VOpen(LPCSTR name, TCHAR c)\n");
}

TEST_CASE("own reader: a type that has another meaning than everywhere else keeps it") {
    const auto content = test::read_header_by_own(
        "typedef char BOOL;\ntypedef unsigned int DWORD;\ntypedef short LONG;\n"
        "BOOL f(DWORD a, LONG *b);\n");

    CHECK(functions_of(content) == "char f(DWORD a, short *b)\n");
}

TEST_CASE("headers: a type that has a sign where it has none everywhere else keeps it") {
    const std::string header =
        "typedef int DWORD;\ntypedef char BYTE;\ntypedef unsigned LONG;\ntypedef signed char "
        "INT8;\n"
        "DWORD f(BYTE a, LONG b, INT8 c);\n";
    const std::string expected = "int f(char a, unsigned int b, INT8 c)\n";

    CHECK(functions_of(test::read_header_by_own(header)) == expected);
    if (const auto* const library = test::clang_library()) {
        CHECK(functions_of(test::read_header(*library, header)) == expected);
    }
}

TEST_CASE("headers: SAL, MIDL and __counted_by are read by both readers") {
    struct Case {
        const char* header;
        const char* expected;
    };
    const Case cases[]{
        {"int f(_In_reads_(n) const double *x, int n);",
         "int f(const double *x [[in, count(n)]], int n)"},
        {"int f(_Out_writes_bytes_to_(size, *got) void *b, unsigned size, _Out_ unsigned *got);",
         "int f(void *b [[out, bytes(size), used(*got)]], unsigned int size, unsigned int *got "
         "[[out]])"},
        {"int f(_Inout_ int *x, _In_opt_z_ const char *s, _In_ int n);",
         "int f(int *x [[inout]], const char *s [[optional, string]], int n)"},
        {"int f(_Inout_updates_(2 * n) short *x, int n);",
         "int f(short *x [[inout, count(2 * n)]], int n)"},
        {"int f(_Out_writes_z_(n) char *s, int n);",
         "int f(char *s [[out, string, count(n)]], int n)"},
        // These say too little, or what is not so: the rules ask.
        {"int f(_In_ void *p, _Outptr_ char **s);", "int f(void *p, char **s)"},
        {"int f(_In_reads_(m) const int *x, int n);", "int f(const int *x, int n)"},
        {"struct s { char *p; }; int f(_In_ const struct s *x);", "int f(const struct s *x)"},
        {"int f(int *__counted_by(n) x, int n);", "int f(int *x [[count(n)]], int n)"},
        {"int f(/* [in] */ int n, /* [size_is][out] */ double *x, /* [string][in] */ const char *s,"
         " /* [out][in] */ int *y, /* plain */ int z);",
         "int f(int n, double *x, const char *s [[string]], int *y [[inout]], int z)"}};

    for (const Case& one : cases) {
        const std::string header = one.header;
        const std::string expected = one.expected;
        CAPTURE(header);
        CHECK(functions_of(test::read_header_by_own(header)) == expected + "\n");
        if (test::clang_library() == nullptr) continue;
        for (const auto target : {test::kLinux32, test::kWindows32}) {
            const auto content = test::read_header(*test::clang_library(), header, target);
            CHECK(content.errors == std::vector<std::string>());
            CHECK(functions_of(content) == expected + "\n");
        }
    }
    CHECK(functions_of(test::read_header_by_own(
              "#define IN\n#define __out\nint f([in] int n, [out, size_is(n)] double *x, IN int y, "
              "__out int *z, int *w __attribute__((counted_by(y))));")) ==
          "int f(int n, double *x [[out, count(n)]], int y, int *z [[out]], int *w "
          "[[count(y)]])\n");
    const auto member = [](const tool::HeaderContent& content) {
        const auto& members = content.declared.tagged("s")->members;
        return interfaces::text_of(members.at(1).attributes) +
               interfaces::text_of(members.at(2).attributes);
    };
    const char* const record =
        "struct s { int n; double *x __counted_by(n); _Field_size_(m) int *y; };";
    CHECK(member(test::read_header_by_own(record)) == " [[count(n)]]");
    if (test::clang_library() == nullptr) return;
    CHECK(member(test::read_header(*test::clang_library(), record)) == " [[count(n)]]");
}

TEST_CASE("own reader: hostile headers end with an error that names the line") {
    const auto is_error = [](const std::string& header, const std::string& line) {
        const auto error = error_about(header);
        CAPTURE(error);
        CAPTURE(header.substr(0, 60));
        CHECK(error.find("vendor.h:" + line) != std::string::npos);
    };
    std::string doubling = "#define A0 x x\n";
    for (int i = 1; i < 40; ++i)
        doubling += "#define A" + std::to_string(i) + " A" + std::to_string(i - 1) + " A" +
                    std::to_string(i - 1) + "\n";
    const auto repeated = [](const char* text, std::size_t times) {
        std::string all;
        for (std::size_t i = 0; i < times; ++i)
            all += text;
        return all;
    };

    is_error("int f(void);\n#include \"vendor.h\"\n", "2");
    is_error("\n/* no end", "2");
    is_error("#if 1\nint f(void);\n", "1");
    is_error("#endif\n", "1");
    is_error("#if 1\n#else\n#else\n#endif\n", "3");
    is_error("#if (1\n#endif\n", "1");
    is_error("#if 1 / 0\n#endif\n", "1");
    is_error("#include\n", "1");
    is_error("#define F(\n", "1");
    is_error(doubling + "A39;\n", "41");
    is_error("#define F(x) x x\n" + repeated("F(", 60) + "1" + repeated(")", 60) + ";\n", "2");
    is_error("#define F(x) x\n" + repeated("F(", 50'000) + "1" + repeated(")", 50'000), "2");
    is_error(repeated("#if 1\n", 300), "257");
    is_error("#if " + repeated("(", 50'000) + "\n#endif\n", "1");
    is_error(repeated("#~[(\x01 ", 500'000), "1");
    is_error(std::string(17U << 20U, 'x'), "1");
    // What is only nonsense is left out.
    CHECK_NOTHROW(test::read_header_by_own("int " + repeated("(*", 20'000) + ";\nint g(void);\n"));
    CHECK_NOTHROW(test::read_header_by_own(repeated("struct a { ", 20'000)));
    CHECK_NOTHROW(test::read_header_by_own(repeated("}", 20'000) + "'unfinished\n\"text\n"));
    CHECK_NOTHROW(
        test::read_header_by_own("#define X X\n#define Y Z\n#define Z Y\nint f(X, Y);\n"));
    CHECK_NOTHROW(
        test::read_header_by_own("#define F(a, b) a\nint F(1);\nint F(1, 2, 3);\nint F(1"));
    CHECK_NOTHROW(test::read_header_by_own("#define P(a) a##/\nP(/) P(\"\nint f(void);\n"));
    CHECK_NOTHROW(test::read_header_by_own(std::string("int f(\0int);\n", 13)));
}

}  // namespace own_reader_test
