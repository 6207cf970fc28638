// What headers declare, as libclang reads them.
#include <doctest/doctest.h>

#include <filesystem>
#include <variant>

#include "interface/layout.hpp"
#include "tests/tool/headers.hpp"
#include "tool/headers/annotations.hpp"
#include "tool/headers/edits.hpp"
#include "tool/headers/library_names.hpp"
#include "tool/headers/type_reader.hpp"

namespace header_reader_test {

namespace interfaces = bridge32::interfaces;
namespace tool = bridge32::tool;
using bridge32::Error;
using interfaces::Convention;

TEST_CASE("headers: functions, their conventions and their names for types") {
    const auto* library = test::clang_library();
    if (library == nullptr) return;

    const auto content =
        test::read_header(*library,
                          "#include <stddef.h>\n#include <stdint.h>\n"
                          "typedef unsigned long vsize;\n"
                          "/** Adds two numbers. And more. */\n"
                          "int add(int a, int b);\n"
                          "__attribute__((stdcall)) vsize f(size_t n, uint8_t b);\n"
                          "__attribute__((fastcall)) void g(int);\n"
                          "__attribute__((regparm(3))) void r(int, int);\n"
                          "static int hidden(void) { return 1; }\n"
                          "extern int counter;\nextern const double table[];\n"
                          "extern char *where;\nextern const char version[4];\n");

    const auto& functions = content.declared.functions;
    REQUIRE(functions.size() == 4);
    CHECK(test::text_of(functions[0]) == "int add(int a, int b) [[doc(\"Adds two numbers.\")]]");
    CHECK(functions[0].signature.convention == Convention::cdecl_);
    CHECK(test::text_of(functions[1]) == "vsize f(size_t n, uint8_t b)");
    CHECK(functions[1].signature.convention == Convention::stdcall);
    CHECK(functions[2].signature.convention == Convention::fastcall);
    CHECK(functions[3].signature.convention == Convention::regparm3);
    REQUIRE(content.declared.variables.size() == 2);
    CHECK(content.declared.variables[0].name == "counter");
    CHECK(content.declared.variables[1].name == "version");
    CHECK(content.left_out.size() == 2);
    REQUIRE(content.declared.alias("vsize") != nullptr);
    CHECK_FALSE(content.declared.alias("vsize")->is_built_in);
    CHECK(content.declared.alias("uint8_t")->is_built_in);
}

TEST_CASE("headers: constants are what clang says they are") {
    const auto* library = test::clang_library();
    if (library == nullptr) return;

    const auto content = test::read_header(*library,
                                           "#ifndef GUARD_H\n#define GUARD_H\n"
                                           "#define VMAX 16\n#define VMASK (VMAX << 2 | 1u)\n"
                                           "#define VBIG 0xffffffffffffffffULL\n"
                                           "#define VPI 3.25\n#define VNAME \"a name\"\n"
                                           "#define VEMPTY\n#define VCALL(x) (x)\n"
                                           "#define VTYPE unsigned char\n#define VBRACE {\n"
                                           "#define VBAD (1 +\n"
                                           "enum { VONE = 1, VMINUS = -2 };\n"
                                           "enum vlevel { VLOW, VHIGH = 0x80000000 };\n"
                                           "#endif\n");

    const auto& declared = content.declared;
    const auto integer = [&](const char* name) {
        const auto* constant = declared.constant(name);
        REQUIRE(constant != nullptr);
        return std::get<std::int64_t>(constant->value);
    };
    CHECK(declared.constants.size() == 7);
    CHECK(integer("VMAX") == 16);
    CHECK(integer("VMASK") == 65);
    CHECK(integer("VMINUS") == -2);
    CHECK(std::get<std::uint64_t>(declared.constant("VBIG")->value) == 0xffffffffffffffffULL);
    CHECK(std::get<double>(declared.constant("VPI")->value) == 3.25);
    CHECK(std::get<std::string>(declared.constant("VNAME")->value) == "a name");
    REQUIRE(declared.tagged("vlevel") != nullptr);
    CHECK(declared.tagged("vlevel")->enumerators[1].value == 0x80000000LL);
}

TEST_CASE("headers: structs with pack, alignment, bit-fields and unnamed members") {
    const auto* library = test::clang_library();
    if (library == nullptr) return;
    const std::string text =
        "#pragma pack(push, 2)\nstruct packed { char c; int i; };\n#pragma pack(pop)\n"
        "#pragma pack(push, 4)\nstruct wide { char c; double d; };\n#pragma pack(pop)\n"
        "#pragma pack(push)\n#pragma pack(1)\nstruct tight { char c; double d; };\n"
        "#pragma pack(pop)\nstruct loose { char c; double d; };\n"
        "struct bits { unsigned a : 3; unsigned : 0; int b : 9; };\n"
        "struct inner { int kind; union { int i; double d; }; struct { short s; } named; };\n"
        "struct aligned { char c; int i __attribute__((aligned(16))); };\n"
        "struct strange { char c; } __attribute__((ms_struct));\n"
        "typedef struct { int level; int (*f)(int level); } callbacks;\n";

    const auto content = test::read_header(*library, text);

    const auto& declared = content.declared;
    for (const char* name : {"packed", "bits", "inner", "aligned"}) {
        CAPTURE(name);
        REQUIRE(declared.tagged(name) != nullptr);
        CHECK(declared.tagged(name)->is_complete);
    }
    CHECK(declared.tagged("packed")->pack == 2);
    // As without it here, and different in 64 bits.
    CHECK(declared.tagged("wide")->pack == 4);
    CHECK(declared.tagged("tight")->pack == 1);
    CHECK(declared.tagged("loose")->pack == 0);
    CHECK(interfaces::layout_of(*declared.tagged("aligned"), test::kLinux32).places[1].offset ==
          16);
    CHECK(declared.tagged("inner")->members[1].name.empty());
    CHECK(interfaces::declaration(*declared.alias("callbacks")->of->members[1].type, "f") ==
          "int (__cdecl *f)(int level)");
}

TEST_CASE("headers: what libclang cannot read is left out with the reason, never guessed") {
    const auto* library = test::clang_library();
    if (library == nullptr) return;

    const auto content = test::read_header(*library,
                                           "int good(int x);\nint bad(unknown_type x);\n"
                                           "typedef int v4 __attribute__((vector_size(16)));\n"
                                           "v4 vectors(v4 x);\nint old();\n");

    REQUIRE(content.declared.functions.size() == 1);
    CHECK(content.declared.functions[0].name == "good");
    CHECK(content.errors.size() == 1);
    CHECK(content.left_out.size() >= 3);
}

TEST_CASE("headers: a header that is not there is an error that says what to do") {
    const auto* library = test::clang_library();
    if (library == nullptr) return;

    try {
        test::read_header(*library, "#include \"nowhere.h\"\nint f(void);\n");
        FAIL("no error");
    } catch (const Error& error) {
        CAPTURE(error.what());
        CHECK(std::string(error.what()).find("nowhere.h") != std::string::npos);
        CHECK(std::string(error.what()).find("-- -I FOLDER") != std::string::npos);
    }
}

TEST_CASE("headers: a header that relies on <windows.h> is read with it") {
    const auto* library = test::clang_library();
    if (library == nullptr) return;

    const auto content =
        test::read_header(*library, "DWORD __stdcall VOpen(LPCSTR name);\n", test::kWindows32);

    CHECK(content.errors.empty());
    CHECK(content.read_first == "windows.h");
    REQUIRE(content.declared.functions.size() == 1);
    CHECK(test::text_of(content.declared.functions[0]) == "DWORD VOpen(LPCSTR name)");
    CHECK(content.declared.library.convention == Convention::stdcall);
}

TEST_CASE("headers: own includes are followed, the system's are left out") {
    const auto* library = test::clang_library();
    if (library == nullptr) return;
    test::TemporaryFolder folder;
    test::write(folder.path() / "own.h", "#include <string.h>\nint from_own(int);\n");
    test::write(folder.path() / "vendor.h", "#include \"own.h\"\nint from_vendor(int);\n");
    tool::HeaderOptions options;
    options.headers = {folder.path() / "vendor.h"};
    options.target = test::kLinux32;

    const auto content = tool::read_headers(*library, options);
    options.is_exported = [](const std::string& name) { return name == "strlen"; };
    const auto with_library = tool::read_headers(*library, options);

    CHECK(content.declared.functions.size() == 2);
    CHECK(content.declared.function("from_own") != nullptr);
    CHECK(with_library.declared.function("strlen") != nullptr);
    CHECK(with_library.declared.functions.size() == 3);
}

TEST_CASE("headers: functions are held against the library's names") {
    const auto* library = test::clang_library();
    if (library == nullptr) return;
    auto content =
        test::read_header(*library,
                          "int __stdcall good(int a, double b);\nint __stdcall wrong_size(int a);\n"
                          "int __cdecl wrong_convention(int a);\nint __stdcall absent(int a);\n"
                          "int __stdcall plain(int a);\n",
                          test::kWindows32);
    REQUIRE(content.declared.functions.size() == 5);

    const auto found =
        tool::hold_against(content.declared, tool::LibraryNames({{"_good@12"},
                                                                 {"_wrong_size@8"},
                                                                 {"_wrong_convention@4"},
                                                                 {"plain"},
                                                                 {"_undeclared@4"}}));

    CHECK(found.not_exported == std::vector<std::string>{"absent"});
    CHECK(found.not_declared == std::vector<std::string>{"undeclared"});
    REQUIRE(found.contradictions.size() == 2);
    CHECK(found.contradictions[0].find("8 bytes of arguments") != std::string::npos);
    CHECK(found.contradictions[1].find("stdcall") != std::string::npos);
    const auto& functions = content.declared.functions;
    REQUIRE(functions.size() == 4);
    CHECK(tool::verdict_on(functions[0]) == tool::Verdict::certain);
    CHECK(tool::verdict_on(functions[1]) == tool::Verdict::missing);
    CHECK(tool::verdict_on(functions[2]) == tool::Verdict::missing);
    CHECK(tool::verdict_on(functions[3]) == tool::Verdict::certain);
}

TEST_CASE("headers: without names in the library, the ordinal is asked for") {
    const auto* library = test::clang_library();
    if (library == nullptr) return;
    auto content = test::read_header(*library, "int f(int a);\n", test::kWindows32);

    tool::hold_against(content.declared, tool::LibraryNames({{"", 5}}));

    REQUIRE(content.declared.functions.size() == 1);
    CHECK(content.declared.functions[0].attributes.text("missing").find("number") !=
          std::string_view::npos);
}

TEST_CASE("headers: a type without a tag is written once, before what uses it") {
    const auto* library = test::clang_library();
    if (library == nullptr) return;

    auto content = test::read_header(*library,
                                     "struct first;\nint f(struct first *x);\n"
                                     "typedef struct { int a; } item, *item_pointer;\n"
                                     "typedef enum { red, green } colour, *colours;\n"
                                     "struct first { item_pointer items; colours c; };\n");
    const auto text = interfaces::text_of(content.declared);

    CAPTURE(text);
    const auto again = interfaces::parse(text, "vendor.b32i", test::kLinux32);
    CHECK(interfaces::text_of(again) == text);
    CHECK(text.find("typedef struct { int a; } item;\n") != std::string::npos);
    CHECK(text.find("typedef item *item_pointer") != std::string::npos);
    CHECK(text.find("typedef colour *colours;") != std::string::npos);
}

#if !defined(_WIN32)
TEST_CASE("headers: what is made from public headers reads back as the same") {
    const auto* library = test::clang_library();
    if (library == nullptr) return;
    const auto reads_back = [&](const std::string& header, interfaces::Target target) {
        if (!std::filesystem::exists(header)) {
            MESSAGE("not read, not here: " << header);
            return;
        }
        CAPTURE(header);
        tool::HeaderOptions options;
        options.headers = {header};
        options.target = target;
        options.is_exported = [](const std::string&) { return true; };
        auto content = tool::read_headers(*library, options);
        tool::apply_rules(content.declared);
        content.declared.library.platform = target.platform;

        const auto text = interfaces::text_of(content.declared);
        const auto again = interfaces::parse(text, header, target);

        CHECK(interfaces::text_of(again) == text);
        CHECK(tool::differences(again, content.declared) == std::vector<std::string>());
        CHECK(content.declared.functions.size() >= 60);
    };

    for (const char* header : {"stdlib.h", "math.h", "zlib.h", "sqlite3.h", "expat.h"})
        reads_back(std::string("/usr/include/") + header, test::kLinux32);
    reads_back("/usr/share/mingw-w64/include/windows.h", test::kWindows32);
}
#endif

TEST_CASE("headers: only the first sentence of a documentation comment is kept") {
    CHECK(tool::brief_of("/** Opens it.\n * Then more. */") == "Opens it.");
    CHECK(tool::brief_of("/// \\brief Opens a device") == "Opens a device");
    CHECK(tool::brief_of("/* no documentation */") == "");
    CHECK(tool::brief_of("/*!\n *  First line\n *  and second.\n *\n *  @param x no */") ==
          "First line and second.");
    CHECK(tool::brief_of("/** @param x it */") == "");
}

}  // namespace header_reader_test
