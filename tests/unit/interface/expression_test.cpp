#include "interface/expression.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "interface/interface.hpp"

namespace interface_expression_test {

using namespace bridge32::interfaces;

namespace {

Expression read(const std::string& text) {
    const Interface all = parse(
        "interface 1;\nstruct S { int m; };\n"
        "int f(int a, int b, int *p, struct S *s) [[fails(" +
            text + ")]];",
        "test", Target{Platform::linux_, 32});
    return *all.functions[0].attributes.expression("fails");
}

std::int64_t value(const std::string& text) {
    return evaluate(read(text), [](const Expression& name) -> std::optional<std::int64_t> {
        const std::string written = text_of(name);
        if (written == "a") return 5;
        if (written == "b") return std::numeric_limits<std::int64_t>::max();
        if (written == "*p") return 7;
        if (written == "s->m") return 9;
        if (written == "sizeof(struct S)") return 4;
        return std::nullopt;
    });
}

}  // namespace

TEST_CASE("interface: expressions have C's precedence") {
    CHECK(value("1 + 2 * 3") == 7);
    CHECK(value("(1 + 2) * 3") == 9);
    CHECK(value("10 - 3 - 2") == 5);
    CHECK(value("1 << 2 + 1") == 8);
    CHECK(value("6 & 3 | 8 ^ 1") == 11);
    CHECK(value("a > 4 && *p != 7 || s->m == 9") == 1);
    CHECK(value("-a + !a - ~a") == 1);
    CHECK(value("2 * sizeof(struct S) / 3 % 2") == 0);
    CHECK(value("a == 5 == 1") == 1);
    CHECK(value("0 && 1 / 0 || 1") == 1);
    CHECK(value("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
    CHECK(value("0x10 + 010 + 0b11 + 'a' + 1'000u") == 1124);
    CHECK(value("-1 << 63") == std::numeric_limits<std::int64_t>::min());
    CHECK(value("-7 >> 1") == -4);
}

TEST_CASE("interface: what 64 bits cannot hold is an error that shows the part") {
    for (const char* const text :
         {"b + 1", "-b - 2", "b * 2", "-b * b", "1 << 63", "a << 64", "a >> -1", "a / (a - 5)",
          "a % 0", "(-b - 1) / -1", "-(-b - 1)"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(value(text), bridge32::Error);
    }
    CHECK_THROWS_WITH_AS(value("1 + b * 2"), "`b * 2` does not fit 64 bits", bridge32::Error);
    CHECK_THROWS_WITH_AS(value("a / 0"), "`a / 0` divides by zero", bridge32::Error);
    CHECK_THROWS_WITH_AS(evaluate(read("*p + 1"), {}), "the value of `*p` is not known",
                         bridge32::Error);
}

TEST_CASE("interface: expressions are written with the parentheses that they need") {
    for (const char* const text :
         {"1 + 2 * 3", "(1 + 2) * 3", "a - (b - 1)", "a - b - 1", "-(-a)", "- -5", "*p", "s->m",
          "!(a && b) || a", "~a & 1", "(a | b) & 1", "sizeof(struct S) * a", "-(a + b)",
          "a << (b << 1)", "a == (b == 1)"}) {
        CAPTURE(text);
        CHECK(read(text_of(read(text))) == read(text));
    }
    CHECK(text_of(read("((a)) + ((b * (2)))")) == "a + b * 2");
    CHECK(text_of(read("(*s).m")) == "s->m");
}

}  // namespace interface_expression_test
