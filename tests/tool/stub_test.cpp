// bridge32 stub.
#include <doctest/doctest.h>

#include "tests/tool/support.hpp"

namespace stub_test {

using test::Ran;
using test::text_of;
using test::tool;

TEST_CASE("stub: generates a class with a function for each method") {
    const auto folder = text_of(std::filesystem::path(test::library("plain")).parent_path());

    const Ran ran = tool({"stub", "--library-path", folder, "guide", "--class", "Lab"});

    CHECK(ran.code == 0);
    CHECK(ran.says("class Lab {"));
    CHECK(ran.says("std::int32_t add(std::int32_t a, std::int32_t b) const {"));
    CHECK(ran.says("/// Multiply x by factor."));
    CHECK(ran.says("double factor = 2.0"));
}

TEST_CASE("stub: structs are declared, parameters have names, and functions may be optional") {
    const Ran structs = tool({"stub", "structs"});
    const Ran calls = tool({"stub", "calls_back"});

    CHECK(
        structs.says("struct Place {\n    std::int32_t number;\n    char name[4];\n"
                     "    std::uint8_t raw[4];\n    char16_t wide[2];\n"
                     "    std::int32_t corners[2];\n};\nBRIDGE32_STRUCT(Place, number, (name, "
                     "code_page(28591)), (raw, bytes), wide, corners)\n"));
    CHECK(structs.says("Place place(std::int32_t arg1) const {"));
    CHECK(structs.says("std::vector<Place> places("));
    CHECK(calls.says("template <class F0 = std::nullptr_t, class F1>"));
    CHECK(calls.says("maybe(const F0& arg1, const F1& arg2) const"));
}

TEST_CASE("stub: several results of a function of an interface file are a tuple") {
    const auto folder = text_of(std::filesystem::path(test::library("plain")).parent_path());

    const Ran ran = tool({"stub", "--plugin-path", folder, "vendor"});

    CHECK(
        ran.says("std::tuple<std::int32_t, std::int32_t> divide(std::int32_t a, "
                 "std::int32_t b) const {"));
    CHECK(ran.says("double sum(const std::vector<double>& x) const {"));
    CHECK(ran.says("bridge32::Handle<struct VDEV>"));
}

TEST_CASE("stub: rejects a class name that is not valid in C++") {
    const Ran ran = tool({"stub", "echo", "--class", "my class"});

    CHECK(ran.code == 2);
    CHECK(ran.out == "");
    CHECK(ran.complains("is not a valid name for a C++ class"));
}

TEST_CASE("stub: an unwritable file is reported with its name and the reason") {
    test::TemporaryFolder folder;

    const Ran ran = tool({"stub", "echo", "--out", text_of(folder.path())});

    CHECK(ran.code == 1);
    CHECK(ran.complains("cannot write " + text_of(folder.path()) + ": "));
}

}  // namespace stub_test
