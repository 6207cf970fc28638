#include "interface/type.hpp"

#include <doctest/doctest.h>

#include "interface/interface.hpp"
#include "interface/layout.hpp"

namespace interface_type_test {

using namespace bridge32::interfaces;

TEST_CASE("interface: declarations are written as C has them") {
    Interface all(Target{Platform::windows_, 32});
    const Type& integer = all.scalar(Scalar::int_);
    const Type& pointer = all.pointer_to(integer);
    CHECK(declaration(integer, "n") == "int n");
    CHECK(declaration(pointer, "p") == "int *p");
    CHECK(declaration(all.constant(pointer), "p") == "int *const p");
    CHECK(declaration(all.pointer_to(all.constant(pointer)), "p") == "int *const *p");
    CHECK(declaration(all.pointer_to(all.constant(integer)), "") == "const int *");
    CHECK(declaration(all.array_of(all.array_of(pointer, 3), 2), "a") == "int *a[2][3]");
    CHECK(declaration(all.pointer_to(all.array_of(integer, 2)), "a") == "int (*a)[2]");
    CHECK(declaration(all.constant(*all.alias("DWORD")), "d") == "const DWORD d");

    Type function;
    function.kind = TypeKind::function;
    function.signature.result = &pointer;
    function.signature.convention = Convention::stdcall;
    function.signature.parameters = {{"level", &integer}, {"", all.alias("LPCSTR")}};
    const Type& callback = all.add(function);
    CHECK(declaration(callback, "f") == "int *__stdcall f(int level, LPCSTR)");
    CHECK(declaration(all.pointer_to(callback), "f") == "int *(__stdcall *f)(int level, LPCSTR)");
    CHECK(declaration(all.array_of(all.pointer_to(callback), 4), "f") ==
          "int *(__stdcall *f[4])(int level, LPCSTR)");
}

TEST_CASE("interface: built-in names mean what the platform makes of them") {
    for (const Platform platform : {Platform::linux_, Platform::windows_}) {
        const Target target{platform, 32};
        Interface all(target);
        for (const auto& [known, bytes] : {std::pair{"uint8_t", 1},
                                           {"int64_t", 8},
                                           {"size_t", 4},
                                           {"BOOL", 4},
                                           {"DWORD", 4},
                                           {"WORD", 2},
                                           {"BYTE", 1},
                                           {"LONG", 4},
                                           {"ULONG", 4},
                                           {"HRESULT", 4},
                                           {"WCHAR", 2},
                                           {"VARIANT_BOOL", 2},
                                           {"LPARAM", 4},
                                           {"LONGLONG", 8},
                                           {"HANDLE", 4},
                                           {"LPCWSTR", 4}}) {
            const char* const name = known;
            CAPTURE(name);
            REQUIRE(all.alias(name) != nullptr);
            CHECK(all.alias(name)->is_built_in);
            CHECK(extent_of(*all.alias(name), target).size == static_cast<std::uint64_t>(bytes));
        }
        CHECK(all.alias("HANDLE")->attributes.has("handle"));
        CHECK(meaning(*all.alias("LPCSTR")).of->is_const);
        CHECK(all.types.empty());
        CHECK((all.alias("off_t") != nullptr) == (platform == Platform::linux_));
    }
    CHECK(meaning(*Interface(Target{Platform::windows_, 32}).alias("wchar_t")).scalar ==
          Scalar::wchar);
}

TEST_CASE("interface: meaning looks through aliases and const") {
    Interface all(Target{Platform::linux_, 32});
    const Type& word = all.scalar(Scalar::unsigned_short);
    CHECK(&meaning(all.constant(word)) == &word);
    CHECK(&meaning(all.constant(*all.alias("WORD"))) == &word);
    Type record;
    record.kind = TypeKind::record;
    record.name = "point";
    const Type& point = all.add(record);
    CHECK(&meaning(all.constant(point)) == &point);
    CHECK(all.constant(point).is_const);
    CHECK(declaration(all.pointer_to(all.constant(point)), "p") == "const struct point *p");
    CHECK(all.tagged("point") == nullptr);
    all.know(point);
    CHECK(all.tagged("point") == &point);
}

TEST_CASE("interface: attributes give their expression, word or text") {
    Expression name;
    name.kind = Expression::Kind::name;
    name.text = "VClose";
    Attributes attributes;
    attributes.all = {{"out"}, {"free", {{name, {}}}}, {"doc", {{{}, "closes"}}}};
    CHECK(attributes.has("out"));
    CHECK(attributes.expression("out") == nullptr);
    CHECK(attributes.text("free") == "VClose");
    CHECK(attributes.text("doc") == "closes");
    CHECK(attributes.text("count") == "");
    CHECK(attributes.expression("free")->text == "VClose");
}

}  // namespace interface_type_test
