// Wrong input: each message has line and column, what was found, and a remedy.
#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "interface/interface.hpp"

namespace interface_wrong_input_test {

using namespace bridge32::interfaces;

namespace {

constexpr Target kLinux{Platform::linux_, 32};

std::string message_of(const std::string& text) {
    try {
        parse(text, "v.b32i", kLinux);
    } catch (const SyntaxError& error) {
        return error.what();
    }
    return "none";
}

constexpr std::pair<const char*, const char*> kWrong[]{
    {"int f(DWROD x);",
     "2:7: found `DWROD`, expected a type, and none has this name. Did you mean `DWORD` or "
     "`PDWORD`?"},
    {"int f(int x [[ouut]]);",
     "2:15: found the attribute `ouut`, which does not exist. Did you mean `out`?"},
    {"int f(int x [[out]]);", "2:15: `out` needs a pointer or array, and `x` is `int`"},
    {"int f(const int *x [[out]]);",
     "2:22: `x` points to const, so nothing can be written there: remove `out` or `const`"},
    {"int f(int *x [[in, out]]);",
     "2:20: `in` and `out` contradict each other on `x`: a parameter that is read and written is "
     "`inout`"},
    {"int f(int *x [[count(m)]], int n);",
     "2:16: `count` names `m`, which is no parameter, member or constant here. Did you mean `n` or "
     "`x`?"},
    {"int f(int *x [[count(n), bytes(n)]], int n);",
     "2:26: `count` and `bytes` contradict each other on `x`: keep the one whose unit the length "
     "has: elements or bytes"},
    {"int f(int *x [[in, used(*x)]]);",
     "2:20: `in` and `used` contradict each other on `x`: `used` tells how much of an `out` or "
     "`inout` buffer was filled"},
    {"int f(int *x [[out, used(*x)]]);",
     "2:21: `used` needs the buffer's length: add `count(n)` or `bytes(n)` to `x`"},
    {"typedef struct v_ *V [[handle, free(VClos)]];\nvoid VClose(V v);",
     "2:32: `free` names the function `VClos`, which is not declared. Did you mean `VClose`?"},
    {"struct a { int x; struct a b; };",
     "2:28: `struct a` contains itself in `b`: use a pointer to it"},
    {"struct a { struct b x; };",
     "2:21: `x` is `struct b`, whose members are not declared: declare them before, or use a "
     "pointer to it"},
    {"struct a { int x; }; struct a { int y; };",
     "2:22: `struct a` was declared before, in line 2: keep one of the two"},
    {"struct a { int x; char x; };", "2:24: the member `x` was declared before in this struct"},
    {"union a { int x; }; int f(struct a *p);",
     "2:34: `a` is `union a`, declared in line 2: use that word"},
    {"int f(a *p); struct a; ",
     "2:7: found `a`, expected a type, and none has this name. Declare it before by `typedef`."},
    {"struct a { int x; }; int f(a *p);", "2:28: found `a`, expected a type: write `struct a`"},
    {"struct s { char a[-1]; };", "2:18: an array cannot have -1 elements"},
    {"struct s { char a[3000000000]; };", "2:18: `a`: `char [3000000000]` is larger than 2 GiB"},
    {"struct s { char a[1000000]; }; struct t { struct s x[100000]; };",
     "2:53: `x`: `struct s [100000]` is larger than 2 GiB"},
    {"struct s { int x : 33; };", "2:20: `x` has 33 bits, and its type has 32"},
    {"struct s { float x : 3; };", "2:22: a bit-field is an integer, and `x` is `float`"},
    {"int f(int x, int x);", "2:18: two parameters are named `x`: give one another name"},
    {"int f(void); int f(int);", "2:18: `f` was declared before, in line 2: keep one of the two"},
    {"enum { A, A };", "2:11: `A` was declared before, in line 2: keep one of the two"},
    {"enum e { A = B };",
     "2:14: the value of `B` is not known here. Declare it before: `const int B = 1;`."},
    {"const int X = 5; const char c = 300;", "2:33: 300 does not fit `char`: use a wider type"},
    {"const int X = \"a\";", "2:15: found `\"a\"`, expected a value of `const int`"},
    {"int f(void x);", "2:7: a parameter cannot be void: write `void *` for a pointer"},
    {"int f(long short x);", "2:7: these words do not make a type of C together"},
    {"int f(unsigned double x);", "2:7: these words do not make a type of C together"},
    {"#include <stdio.h>",
     "2:1: found #include, and an interface file has no preprocessor but #pragma pack: write the "
     "types that are needed into this file"},
    {"#define X 5",
     "2:1: found #define, and an interface file has no preprocessor but #pragma pack: write a "
     "constant as `const int NAME = 1;`"},
    {"#ifdef X",
     "2:1: found #ifdef, and an interface file has no preprocessor but #pragma pack: keep the "
     "branch that is true for the library"},
    {"#pragma pack(3)",
     "2:1: found #pragma pack(3), expected (push, n), (pop), (n) or (), where n is 1, 2, 4, 8 or "
     "16"},
    {"#pragma pack(pop)",
     "2:1: found #pragma pack(pop) without an earlier push: remove one of them"},
    {"library \"x\" { platform windows; }",
     "2:24: this interface is for a library of Windows, and this is Linux: use it there, or make "
     "one from the header for here"},
    {"library \"x\" { convention pascal; }",
     "2:26: found `pascal`, expected one of: cdecl, stdcall, fastcall, thiscall, regparm1, "
     "regparm2, regparm3"},
    {"library \"x\" { speed 5; }",
     "2:15: found `speed`, expected convention, text, threads or platform"},
    {"int f(int); library \"x\" { }",
     "2:13: found `library` behind declarations, which it changes: write it as the second line"},
    {"library \"x\" { } library \"y\" {}", "2:17: found a second `library`: keep one"},
    {"int f(int) { return 1; }",
     "2:12: found `{`, expected `;`: an interface has declarations only, without the body of a "
     "function"},
    {"int x;",
     "2:5: `x` is neither a function nor a constant: data that the library exports is declared by "
     "`extern`, a constant has `const` and a value"},
    {"static int f(int);", "2:1: found `static`: such a function is not exported; remove it"},
    {"int f(int", "2:10: found the end of the file, expected `)` or `,` after a parameter"},
    {"int f(int x [[count(1 +)]]);",
     "2:24: found `)`, expected a name, a number, `*name` or sizeof(TYPE)"},
    {"int f(int *x [[count]]);",
     "2:16: `count` takes one expression for each dimension, at most 8"},
    {"int f(int *x [[doc(5)]]);", "2:16: `doc` takes one text in quotes"},
    {"int f(int x [[scope(call)]]);",
     "2:15: `scope` needs a pointer to a function, and `x` is `int`"},
    {"int f(int (*c)(int) [[scope(often)]]);",
     "2:23: `scope` takes one of: call async notified forever, not `often`"},
    {"int f(int (*c)(int) [[scope(call), ends(g)]]);",
     "2:36: `ends` names the function `g`, which is not declared. Did you mean `f`?"},
    {"int f(int (*c)(int) [[scope(notified), ends(g)]]);",
     "2:40: `ends` names the function `g`, which is not declared. Did you mean `f`?"},
    {"struct s { int tag; union { int a; } u [[switch(tg)]]; };",
     "2:42: `switch` names `tg`, which is no parameter, member or constant here. Did you mean "
     "`tag`?"},
    {"struct s { int n; int *p [[count(m)]]; };",
     "2:28: `count` names `m`, which is no parameter, member or constant here. Did you mean `n` or "
     "`p`?"},
    {"struct s { int a [[case(1)]]; };", "2:20: `case` stands on members of a union"},
    {"typedef struct { int n; } N; int f(N *p, int *q [[count(p->m)]]);",
     "2:51: `p->m`: there is no member `m`. Did you mean `n`?"},
    {"int f(int n, int *q [[count(*n)]]);", "2:23: `*n` needs a pointer after `*`: write `n`"},
    {"int f(int) __attribute__((vector_size(16)));",
     "2:27: found the attribute `vector_size` of a compiler, which is not known here and may "
     "change the layout or the call: remove it if it does not"},
    {"int f(int) __attribute__((stdcall)) __attribute__((fastcall));",
     "2:37: found two conventions of one function: keep one"},
    {"int __stdcall x;",
     "2:1: found a convention, and `x` is no function and points to none: remove it"},
    {"extern int __stdcall x;",
     "2:1: found a convention, and `x` is no function and points to none: remove it"},
    {"typedef struct { int x; } *A, *B;",
     "2:32: a type without a tag is declared once: give the struct, union or enum a tag, and use "
     "it for `B`"},
    {"typedef int A; typedef int A;",
     "2:28: `A` was declared before, in line 2: keep one of the two"},
    {"int f(char *x [[transfer(none), free(f)]]);",
     "2:33: `transfer(none)` and `free` contradict each other on `x`: what the caller frees has "
     "`transfer(full)`"},
    {"int f() [[ordinal(70000)]];", "2:11: `ordinal` takes a number up to 65535"},
    {"int f(int *x [[in, in]]);", "2:20: `in` stands twice on `x`"},
    {"int f(struct { int x; } y);",
     "2:7: a type without a tag has no use in parameters: declare it before the function"},
    {"int f(int [);", "2:12: found `)`, expected a name, a number, `*name` or sizeof(TYPE)"},
    {"\"abc", "2:1: this literal does not end in its line: add \""},
    {"/* abc", "2:1: this comment does not end: add */"},
    {"int f(@);", "2:7: found the character `@`, which C does not have"},
    {"int f(const char *s [[doc(\"\\q\")]]);",
     "2:27: found an escape that C does not have: write \\\\ for one backslash"},
    {"int a[2](int);", "2:6: an array cannot have elements of the type `int (int)`: use pointers"},
    {"int (f(int))[3];", "2:7: a function cannot return `int [3]`: it can return a pointer to it"},
    {"void a[3];", "2:7: an array cannot have elements of the type `void`: use pointers"},
    {"extern void x;", "2:13: `x` cannot be void: write `void *` for a pointer"},
    {"const int X = 99999999999999999999;", "2:15: `99999999999999999999` does not fit 64 bits"},
    {"const int X = 5 / 0;", "2:15: `5 / 0` divides by zero"},
    {"const int X = 1 << 70;", "2:15: `1 << 70` shifts by 70 bits, and numbers have 64"},
    {"int f(int) [[fails(result != 0, g)]];",
     "2:14: `fails` names the function `g`, which is not declared. Did you mean `f`?"},
    {"int f(int) [[tail(\"int\")]];",
     "2:14: `tail` tells what stands in place of `...`, and `f` has none"},
    {"int f(int *x [[within(y)]]);",
     "2:16: `within` names `y`, which is no parameter, member or constant here. Did you mean `x`?"},
    {"struct s { int x : 0; };", "2:20: a bit-field of 0 bits has no name: remove `x`"},
    {"int f(time_t x, foo_t y);",
     "2:17: found `foo_t`, expected a type, and none has this name. Did you mean `ino_t` or "
     "`off_t`?"},
    {"struct;", "2:7: found `;`, expected a tag or `{` after `struct` or `union`"},
    {"int;", "2:4: found `;`, expected the name of what has the type `int`"},
    {"struct { int x; };", "2:1: this struct or union has neither a tag nor a name: add one"},
    {"const int x;",
     "2:11: `x` is neither a function nor a constant: data that the library exports is declared by "
     "`extern`, a constant has `const` and a value"},
    {"int f(int *p [[count(1 / 0)]]);", "2:16: `1 / 0` divides by zero"},
    {"int f(void *p [[bytes(2 - 3)]]);", "2:17: `bytes` is a length, and -1 is none"},
    {"int f(int x [[missing]]);", "2:15: `missing` takes one text in quotes"},
    {"int f(int x [[assumed, missing(\"x\")]]);",
     "2:24: `assumed` and `missing` contradict each other on `x`: what is missing was not assumed: "
     "keep one"},
    {"[[flags]] int f(int);",
     "2:3: `flags` stands on enumerations, not on `f`, which is one of the functions"},
    {"enum e { A [[out]] };",
     "2:14: `out` stands on parameters and members, not on `A`, which is one of the values"},
    {"int f(int *x [out]);",
     "2:14: `count` names `out`, which is no parameter, member or constant here. Correct the name, "
     "or declare it."},
    {"int f(int) const;", "2:12: found `const`, expected `;` after the declaration"},
    {"int ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((f))))))));",
     "2:69: this is nested more than 64 deep: give the inner parts names"},
    {"int int;", "2:1: these words do not make a type of C together"},
    {"int f(int x = 5);", "2:13: found `=`, expected `)` or `,` after a parameter"},
    {"}", "2:1: found `}`, expected a declaration"},
    {"typedef int T = 5;", "2:15: found `=`, expected `,` or `;` after the type's name"},
};

}  // namespace

TEST_CASE("interface: wrong input is an error with line, column and remedy") {
    for (const auto& [text, message] : kWrong) {
        const std::string source = text;
        CAPTURE(source);
        CHECK(message_of("interface 1;\n" + source) == "v.b32i:" + std::string(message));
    }
}

TEST_CASE("interface: a file begins with the version of its format") {
    CHECK(message_of("") ==
          "v.b32i:1:1: found the end of the file, expected `interface 1;` at the beginning of the "
          "file");
    CHECK(message_of("interface 2;") ==
          "v.b32i:1:11: found version 2 of the format, expected 1: write that, or use the bridge32 "
          "that the file was written for");
    CHECK(message_of("\xEF\xBB\xBF// from vendor.h\r\n interface 1;\r\n") == "none");
}

TEST_CASE("interface: columns count characters, positions are those of the error") {
    CHECK(message_of("interface 1;\n\n/* \xC3\xA4 */ int f(foo x);")
              .starts_with("v.b32i:3:15: found `foo`"));
    try {
        parse("interface 1;\n int f(foo x);", "v.b32i", kLinux);
        FAIL("no error");
    } catch (const SyntaxError& error) {
        CHECK(error.at.line == 2);
        CHECK(error.at.column == 8);
    }
}

TEST_CASE("interface: deep nesting is an error, and no end of the stack") {
    const auto repeated = [](const char* text) {
        std::string all;
        for (int i = 0; i < 100000; ++i)
            all += text;
        return all;
    };
    for (const std::string& text :
         {"int " + repeated("("), "int " + repeated("*"), "int f" + repeated("[1]"),
          "int f(int x [[count(" + repeated("-"), "int f(int x [[count(1" + repeated("+1"),
          repeated("struct { "), "int f(" + repeated("int (*)("),
          "int f(int x [[count(x" + repeated(".x"), repeated("int f(int x[sizeof(")}) {
        CHECK(message_of("interface 1;\n" + text) != "none");
    }
    std::string chain = "typedef int T0;\n";
    for (int i = 1; i < 1000; ++i) {
        chain += "typedef T" + std::to_string(i - 1) + " T" + std::to_string(i) + "[1];\n";
    }
    CHECK(message_of("interface 1;\n" + chain).find("nested more than 200 deep") !=
          std::string::npos);
}

TEST_CASE("interface: time_t on Windows is not guessed") {
    try {
        parse("interface 1;\nint f(time_t);", "v.b32i", Target{Platform::windows_, 32});
        FAIL("no error");
    } catch (const SyntaxError& error) {
        CHECK(std::string(error.what()) ==
              "v.b32i:2:7: `time_t` has 4 or 8 bytes on Windows, as the library's compiler had it: "
              "write `typedef long time_t;` or `typedef __int64 time_t;`");
    }
}

}  // namespace interface_wrong_input_test
