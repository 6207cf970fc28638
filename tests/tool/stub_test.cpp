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
