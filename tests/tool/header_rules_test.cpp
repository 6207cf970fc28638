// The rules about what C does not say.
#include <doctest/doctest.h>

#include "tests/tool/headers.hpp"

namespace header_rules_test {

using bridge32::tool::apply_rules;
using bridge32::tool::types_to_annotate;
using bridge32::tool::Verdict;
using bridge32::tool::verdict_on;

namespace {

/// The last function of a header, decided.
struct Decided {
    std::string text;
    Verdict verdict = Verdict::certain;
};

Decided decide(const bridge32::tool::clang::Library& library, const std::string& header,
               bridge32::interfaces::Target target = test::kLinux32) {
    auto content = test::read_header(library, header, target);
    for (const auto& error : content.errors)
        FAIL(error);
    apply_rules(content.declared);
    REQUIRE_FALSE(content.declared.functions.empty());
    const auto& last = content.declared.functions.back();
    return {test::text_of(last), verdict_on(last)};
}

}  // namespace

TEST_CASE("header rules: certain, what C says itself") {
    const auto* library = test::clang_library();
    if (library == nullptr) return;
    const auto is_certain = [&](const std::string& header, const std::string& text) {
        CAPTURE(header);
        const auto decided = decide(*library, header);
        CHECK(decided.text == text);
        CHECK(decided.verdict == Verdict::certain);
    };

    is_certain("double scale(double factor, int n);", "double scale(double factor, int n)");
    is_certain("typedef struct { int x; double y; } point; void f(point p);", "void f(point p)");
    is_certain("typedef struct vdev_ *VDEV; int f(VDEV device);", "int f(VDEV device)");
    is_certain("struct dev; int f(struct dev *d);", "int f(struct dev *d)");
    is_certain("struct dev; struct dev *open_it(void);", "struct dev *open_it(void)");
    is_certain("int f(const char *name);", "int f(const char *name [[string]])");
    is_certain("int f(const double x[3]);", "int f(const double *x [[count(3)]])");
    is_certain("enum level { low, high }; int f(enum level l);", "int f(enum level l)");
}

TEST_CASE("header rules: assumed, what types and names suggest") {
    const auto* library = test::clang_library();
    if (library == nullptr) return;
    const auto is_assumed = [&](const std::string& header, const std::string& text) {
        CAPTURE(header);
        const auto decided = decide(*library, header);
        CHECK(decided.text == text);
        CHECK(decided.verdict == Verdict::assumed);
    };

    is_assumed("double mean(const double *x, int n);",
               "double mean(const double *x [[in, count(n), assumed]], int n)");
    is_assumed("double mean(int n, const double *x);",
               "double mean(int n, const double *x [[in, count(n), assumed]])");
    is_assumed("void scale(double *values, int count);",
               "void scale(double *values [[inout, count(count), assumed]], int count)");
    is_assumed("double dot(const double *x, const double *y, int n);",
               "double dot(const double *x [[in, count(n), assumed]], "
               "const double *y [[in, count(n), assumed]], int n)");
    is_assumed("int name(char *buffer, int size);",
               "int name(char *buffer [[out, string, bytes(size), assumed]], int size)");
    is_assumed("int f(const void *p, unsigned long len);",
               "int f(const void *p [[in, bytes(len), assumed]], unsigned long len)");
    is_assumed("int get(void *p, unsigned size, unsigned nitems);",
               "int get(void *p [[inout, bytes(size * nitems), assumed]], unsigned int size, "
               "unsigned int nitems)");
    is_assumed(
        "int pack(unsigned char *dest, unsigned long *destLen, const unsigned char *source, "
        "unsigned long sourceLen);",
        "int pack(unsigned char *dest [[out, count(*destLen), used(*destLen), assumed]], "
        "unsigned long *destLen [[inout, assumed]], "
        "const unsigned char *source [[in, count(sourceLen), assumed]], "
        "unsigned long sourceLen)");
    // The length is that of the array before it.
    is_assumed("int get(double *samples, int count, int *got);",
               "int get(double *samples [[inout, count(count), assumed]], int count, "
               "int *got [[inout, assumed]])");
    is_assumed("int f(int n, double *result);", "int f(int n, double *result [[inout, assumed]])");
    is_assumed("typedef struct { double value, error; } result; int f(double x, result *r);",
               "int f(double x, result *r [[inout, assumed]])");
    is_assumed("struct dev; int open_it(struct dev **d);",
               "int open_it(struct dev **d [[out, assumed]])");
    is_assumed("const char *version(void);",
               "const char *version(void) [[transfer(none), assumed]]");
    is_assumed("int each(int (*f)(int level, void *user), void *user);",
               "int each(int (__cdecl *f)(int level, void *user [[closure, assumed]]) "
               "[[scope(call), assumed]], void *user [[closure, assumed]])");
}

TEST_CASE("header rules: missing, what nobody can know") {
    const auto* library = test::clang_library();
    if (library == nullptr) return;

    for (const char* header : {
             "int f(void *p);",
             "int f(char *text);",
             "int f(char **texts);",
             "int f(int **p);",
             "char *f(void);",
             "int *f(void);",
             "void *f(void);",
             "struct node { struct node *next; }; int f(struct node *n);",
             "union value { int i; double d; }; int f(union value *v);",
             "int f(const char *format, ...);",
             "int f(double *result_array);",
             "int f_array(int kmax, double *v);",
             "double f(const double data[], int stride, int n);",
             "double f(const double x[]);",
             // n might be any number, which would be read beyond the text.
             "int f(const char *z, int n);",
             "int f(const char *, int);",
             // A destructor gets the other argument, which must live until then.
             "int f(const char *text, void (*destroy)(void *));",
             // An array, or one that is set?
             "struct v; int f(void (*each)(int count, struct v **values));",
             "int f(int (*compare)(const void *a, const void *b));",
         }) {
        CAPTURE(header);
        CHECK(decide(*library, header).verdict == Verdict::missing);
    }
}

TEST_CASE("header rules: refused, what only makes sense in one process") {
    const auto* library = test::clang_library();
    if (library == nullptr) return;

    for (const char* header :
         {"#include <stdio.h>\nint f(FILE *to);", "#include <stdio.h>\nFILE *f(void);",
          "#include <stdarg.h>\nint f(const char *format, va_list list);"}) {
        CAPTURE(header);
        CHECK(decide(*library, header).verdict == Verdict::refused);
    }
}

TEST_CASE("header rules: Windows' types and habits") {
    const auto* library = test::clang_library();
    if (library == nullptr) return;
    const std::string windows = "#include <windows.h>\n";
    const auto decided = [&](const std::string& text) {
        return decide(*library, windows + text, test::kWindows32).text;
    };

    CHECK(decided("LONG WINAPI f(LPSTR lpBuffer, DWORD cchBuffer);") ==
          "LONG f(LPSTR lpBuffer [[out, string, bytes(cchBuffer), assumed]], DWORD cchBuffer)");
    CHECK(decided("BOOL WINAPI f(HANDLE h, LPDWORD lpRead);") ==
          "BOOL f(HANDLE h, LPDWORD lpRead [[inout, assumed]])");
    CHECK(decided("DECLARE_HANDLE(HVDEV); LONG f(HVDEV *device);") ==
          "LONG f(HVDEV *device [[out, assumed]])");
    CHECK(decided("BOOL WINAPI f(HANDLE h, LPVOID lpBuffer, DWORD nNumberOfBytesToRead, "
                  "LPDWORD lpNumberOfBytesRead);") ==
          "BOOL f(HANDLE h, LPVOID lpBuffer [[inout, bytes(nNumberOfBytesToRead), assumed]], "
          "DWORD nNumberOfBytesToRead, LPDWORD lpNumberOfBytesRead [[inout, assumed]])");
    CHECK(decided("typedef void *VHANDLE; LONG f(VHANDLE device);") == "LONG f(VHANDLE device)");
}

TEST_CASE("header rules: Microsoft's annotations decide") {
    const auto* library = test::clang_library();
    if (library == nullptr) return;
    const auto decided = [&](const std::string& text) {
        return decide(*library, "#include <windows.h>\n#include <sal.h>\n" + text, test::kWindows32)
            .text;
    };

    CHECK(decided("LONG VRead(_Out_writes_bytes_to_(size, *got) void *to, DWORD size, "
                  "_Out_ DWORD *got);") ==
          "LONG VRead(void *to [[out, bytes(size), used(*got)]], DWORD size, DWORD *got [[out]])");
    CHECK(decided("LONG VSet(_In_reads_(n) const LONG *values, _In_ int n, _In_opt_ HANDLE h);") ==
          "LONG VSet(const LONG *values [[in, count(n)]], int n, HANDLE h [[optional]])");
    CHECK(decided("LONG VName(_In_z_ const char *name);") ==
          "LONG VName(const char *name [[string]])");
    CHECK(decided("LONG VBad(_Out_writes_(nobody) LONG *to);") ==
          "LONG VBad(LONG *to [[inout, assumed]])");
}

TEST_CASE("header rules: what is decided already stays, and types are told that unlock functions") {
    const auto* library = test::clang_library();
    if (library == nullptr) return;
    auto content = test::read_header(*library,
                                     "struct list { struct list *next; };\n"
                                     "int first(struct list *l);\n"
                                     "int second(struct list *l, double *x);\n"
                                     "int third(void *p, struct list *l);\n");
    auto& functions = content.declared.functions;
    REQUIRE(functions.size() == 3);
    functions[1].signature.parameters[1].attributes.all.push_back({"out", {}, {}});

    apply_rules(content.declared);

    CHECK(test::text_of(functions[1]).find("double *x [[out]]") != std::string::npos);
    const auto types = types_to_annotate(content.declared);
    REQUIRE(types.size() == 1);
    CHECK(types[0].first == "struct list");
    CHECK(types[0].second == std::vector<std::string>{"first", "second"});
}

}  // namespace header_rules_test
