// bridge32 interface.
#include <doctest/doctest.h>

#include "tests/tool/headers.hpp"

namespace interface_test {

using test::Ran;
using test::text_of;
using test::tool;

namespace {

constexpr const char* kHeader =
    "/** Adds two numbers. */\nint add(int a, int b);\n"
    "double mean(const double *x, int n);\nint odd(void *p);\n#define VMAX 16\n";

/// A folder with vendor.h.
struct Vendor {
    explicit Vendor(const std::string& header = kHeader) { write(header); }

    void write(const std::string& header) const { test::write(folder.path() / "vendor.h", header); }
    std::string header() const { return text_of(folder.path() / "vendor.h"); }
    std::string file() const { return text_of(folder.path() / "vendor.b32i"); }
    std::string content() const { return test::read(folder.path() / "vendor.b32i"); }
    Ran run(std::vector<std::string> more) const {
        std::vector<std::string> arguments{"interface", header(), "-o", file()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return tool(arguments);
    }

    test::TemporaryFolder folder;
};

}  // namespace

TEST_CASE("interface: a header becomes an interface file, and what is not sure is counted") {
    if (test::clang_library() == nullptr) return;
    const Vendor vendor;

    const Ran ran = vendor.run({});

    CHECK(ran.code == 0);
    CHECK(ran.complains("3 functions: 1 certain, 1 assumed, 1 missing something, 0 refused"));
    const auto text = vendor.content();
    CAPTURE(text);
    CHECK(text.find("interface 1;") == 0);
    CHECK(text.find("int add(int a, int b) [[doc(\"Adds two numbers.\")]];\n") !=
          std::string::npos);
    CHECK(text.find("double mean(const double *x [[in, count(n), assumed]], int n);\n") !=
          std::string::npos);
    CHECK(text.find("missing(\"what does it point to?\")") != std::string::npos);
    CHECK(text.find("VMAX = 16;") != std::string::npos);
}

TEST_CASE("interface: without libclang the file is the same, and the report says who read it") {
    const Vendor vendor;

    const Ran ran = vendor.run({"--without-libclang"});

    CHECK(ran.code == 0);
    CHECK(ran.complains("3 functions: 1 certain, 1 assumed, 1 missing something, 0 refused"));
    CHECK(ran.complains("It was read without libclang"));
    const auto own = vendor.content();
    CHECK(own.find("int add(int a, int b) [[doc(\"Adds two numbers.\")]];\n") != std::string::npos);
    CHECK(vendor.run({"--without-libclang", "--json"}).json()["reader"] == "bridge32");
    CHECK(vendor.run({"--without-libclang", "--check"}).code == 0);
    CHECK(vendor.run({"--without-libclang", "--update"}).code == 0);
    CHECK(vendor.content() == own);
    if (test::clang_library() == nullptr) return;
    vendor.run({});
    CHECK(vendor.content() == own);
}

TEST_CASE("interface: without -o the file goes to stdout, and --json has it with the report") {
    if (test::clang_library() == nullptr) return;
    const Vendor vendor;

    const Ran ran = tool({"interface", vendor.header()});
    const auto report = tool({"interface", vendor.header(), "--json"}).json();

    CHECK(ran.says("int add(int a, int b)"));
    CHECK(report["text"] == ran.out);
    CHECK(report["counts"]["certain"] == 1);
    CHECK(report["counts"]["missing"] == 1);
    REQUIRE(report["functions"].size() == 3);
    CHECK(report["functions"][2]["verdict"] == "missing");
    CHECK(report["functions"][2]["questions"][0] == "p: what does it point to?");
}

TEST_CASE("interface: options behind -- are clang's") {
    if (test::clang_library() == nullptr) return;
    const Vendor vendor("#ifdef WITH_MORE\nint more(int x);\n#endif\nint f(OTHER x);\n");

    const Ran ran =
        tool({"interface", vendor.header(), "--", "-D", "WITH_MORE", "-D", "OTHER=short"});

    CHECK(ran.code == 0);
    CHECK(ran.says("int more(int x);"));
    CHECK(ran.says("int f(short x);"));
}

TEST_CASE("interface: --update keeps what was edited, and asks again what was not answered") {
    if (test::clang_library() == nullptr) return;
    Vendor vendor;
    REQUIRE(vendor.run({}).code == 0);
    auto text = vendor.content();
    const auto edit = [&](const std::string& from, const std::string& to) {
        REQUIRE(text.find(from) != std::string::npos);
        text.replace(text.find(from), from.size(), to);
    };
    edit("double mean(const double *x [[in, count(n), assumed]], int n);",
         "// Checked by hand.\ndouble mean(const double *x  [[in, count(n)]],  int n);");
    edit("int odd(void *p ",
         "int keeps(const char *text [[missing(\"it keeps the text\")]]);\nint odd(void *p ");
    test::write(vendor.folder.path() / "vendor.b32i", text);
    vendor.write(
        "int added(int a);\nint add(int a, long long b);\nint keeps(const char *text);\n"
        "double mean(const double *x, int n);\nint odd(void *p);\n");

    const Ran ran = vendor.run({"--update"});

    CHECK(ran.code == 0);
    const auto updated = vendor.content();
    CAPTURE(updated);
    CHECK(updated.find("// Checked by hand.\n"
                       "double mean(const double *x  [[in, count(n)]],  int n);\n") !=
          std::string::npos);
    CHECK(updated.find("int add(int a, long long b);") != std::string::npos);
    CHECK(updated.find("int added(int a);") != std::string::npos);
    CHECK(updated.find("[[missing(\"what does it point to?\")]]") != std::string::npos);
    // Somebody's own question.
    CHECK(updated.find("int keeps(const char *text [[missing(\"it keeps the text\")]]);") !=
          std::string::npos);
}

TEST_CASE("interface: an annotated type unlocks its functions with --update") {
    if (test::clang_library() == nullptr) return;
    const Vendor vendor(
        "struct state { struct state *next; };\ntypedef struct state *VSTATE;\n"
        "VSTATE open_it(void);\nint use(VSTATE s);\n");
    const auto before = vendor.run({"--json"}).json();
    auto text = vendor.content();
    const auto end = text.find("*VSTATE;");
    REQUIRE(end != std::string::npos);
    text.insert(end + 7, " [[handle]]");
    test::write(vendor.folder.path() / "vendor.b32i", text);

    const auto after = vendor.run({"--update", "--json"}).json();

    CHECK(before["counts"]["missing"] == 2);
    CHECK(before["types_to_annotate"][0]["type"] == "VSTATE");
    CHECK(after["counts"]["certain"] == 2);
}

TEST_CASE("interface: --check tells how the file and the header differ") {
    if (test::clang_library() == nullptr) return;
    Vendor vendor;
    REQUIRE(vendor.run({}).code == 0);

    const Ran same = vendor.run({"--check"});
    vendor.write(
        "int add(int a, double b);\ndouble mean(const double *x, int n);\n"
        "int newer(void);\n#define VMAX 17\n");
    const Ran different = vendor.run({"--check"});

    CHECK(same.code == 0);
    CHECK(same.out == "no differences\n");
    CHECK(different.code == 1);
    CHECK(different.says("the function odd is in the file only"));
    CHECK(different.says("the function newer is in the header only"));
    CHECK(different.says("add is declared otherwise in the header: "));
    CHECK(different.says("the constant VMAX is 17 in the header"));
}

TEST_CASE("interface: the file stands behind --check and --update, or -o names it") {
    const Vendor vendor;
    const std::string own = "--without-libclang";
    REQUIRE(vendor.run({own}).code == 0);

    CHECK(tool({"interface", vendor.header(), own, "--check", vendor.file()}).out ==
          "no differences\n");
    CHECK(tool({"interface", own, "--check", vendor.file(), vendor.header()}).out ==
          "no differences\n");
    CHECK(tool({"interface", own, "--check", vendor.header(), "-o", vendor.file()}).out ==
          "no differences\n");
    CHECK(tool({"interface", vendor.header(), own, "--check", vendor.file(), "--", "-DX"}).code ==
          0);
    vendor.write("int newer(void);\n");
    CHECK(tool({"interface", vendor.header(), own, "--check", vendor.file()}).code == 1);
    CHECK(tool({"interface", vendor.header(), own, "--update", vendor.file()}).code == 0);
    CHECK(vendor.content().find("int newer(void);") != std::string::npos);
    const Ran two = tool({"interface", vendor.header(), "--check", "a.b32i", "-o", "b.b32i"});
    CHECK(two.code == 2);
    CHECK(two.complains("two interface files are named, a.b32i and b.b32i"));
    CHECK(tool({"interface", own}).complains("HEADER is required"));
}

TEST_CASE("interface: callbacks state their convention only where it is not the library's") {
    const Vendor vendor(
        "#define STD __attribute__((stdcall))\nSTD int a(int (STD *f)(int x));\n"
        "STD int b(int (*f)(int x));\nSTD int c(void);\n");
    const std::string own = "--without-libclang";

    REQUIRE(vendor.run({own}).code == 0);

    const auto text = vendor.content();
    CAPTURE(text);
    CHECK(text.find("convention stdcall;") != std::string::npos);
    CHECK(text.find("int a(int (*f)(int x) ") != std::string::npos);
    CHECK(text.find("int b(int (__cdecl *f)(int x) ") != std::string::npos);
    CHECK(vendor.run({own, "--check"}).out == "no differences\n");
    CHECK(vendor.run({own, "--update"}).code == 0);
    CHECK(vendor.content() == text);
}

TEST_CASE("interface: with the library, its platform and its exports decide") {
    if (test::clang_library() == nullptr) return;
    const Vendor vendor("int add(int a, int b);\nint not_there(void);\n");

    const Ran ran = vendor.run({"--library", test::library("plain")});
    const Ran wrong = vendor.run({"--library", test::library("plain", 64)});

    CHECK(ran.code == 0);
    CHECK(ran.complains("The library does not export not_there."));
    CHECK(vendor.content().find("not_there") == std::string::npos);
    CHECK(vendor.content().find("library \"") != std::string::npos);
    CHECK(wrong.code == 1);
    CHECK(wrong.complains("interface files are for 32-bit libraries"));
}

TEST_CASE("interface: errors say what to do") {
    const Vendor vendor;

    const Ran no_clang = vendor.run({"--libclang", text_of(vendor.folder.path() / "no.so")});
    const Ran no_header = tool({"interface", "no_such_header.h"});
    const Ran no_file = tool({"interface", vendor.header(), "--check"});

    CHECK(no_clang.code == 1);
    CHECK(no_clang.complains("libclang"));
    CHECK(no_clang.complains("Install"));
    CHECK(no_header.code == 1);
    CHECK(no_header.complains("no_such_header.h"));
    CHECK(no_file.code == 2);
    CHECK(no_file.complains("name the interface file to check: --check FILE"));
}

}  // namespace interface_test
