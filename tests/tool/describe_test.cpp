// bridge32 describe.
#include <doctest/doctest.h>

#include "tests/tool/support.hpp"

namespace describe_test {

using test::Ran;
using test::text_of;
using test::tool;

namespace {

/// Runs `bridge32 COMMAND guide …` with the library that this plugin wraps.
Ran guide(const std::string& command, std::vector<std::string> arguments) {
    const auto folder = std::filesystem::path(test::library("plain")).parent_path();
    arguments.insert(arguments.begin(), {command, "--library-path", text_of(folder), "guide"});
    return tool(arguments);
}

}  // namespace

TEST_CASE("describe: shows methods, parameters and documentation") {
    const Ran ran = guide("describe", {});

    CHECK(ran.code == 0);
    CHECK(ran.says("add(a: int32, b: int32) -> int32"));
    CHECK(ran.says("factor: float64 = 2.0"));
    CHECK(ran.says("Multiply x by factor."));
    CHECK(ran.says("scale_count: int32"));
}

TEST_CASE("describe: shows the types of an interface file") {
    const auto folder = std::filesystem::path(test::library("plain")).parent_path();

    const Ran ran = tool({"describe", "--plugin-path", text_of(folder), "vendor"});

    CHECK(ran.code == 0);
    CHECK(ran.says("mode: enum {mode_off = 0, mode_on = 5}"));
    CHECK(ran.says("point: struct {x: float64, y: float64}"));
}

TEST_CASE("describe: --json prints the description, --markdown a page") {
    const auto report = guide("describe", {"--json"}).json();
    const Ran page = guide("describe", {"--markdown"});

    CHECK(report["plugin"] == "guide");
    CHECK(report["methods"][0]["name"] == "add");
    CHECK(page.says("# guide"));
    CHECK(page.says("### `add(a: int32, b: int32) -> int32`"));
    CHECK(page.says("| `factor` | float64 | `2.0` |"));
}

}  // namespace describe_test
