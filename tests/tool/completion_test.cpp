// bridge32 completion.
#include <doctest/doctest.h>

#include "tests/tool/support.hpp"

namespace completion_test {

using test::Ran;
using test::tool;

TEST_CASE("completion: prints a bash script, and what the script asks for") {
    CHECK(tool({"completion", "bash"}).says("complete -F _bridge32 bridge32"));
    CHECK(tool({"completion", "plugins"}).says("guide\n"));
    CHECK(tool({"completion", "methods", "echo"}).says("echo_string\n"));
    const Ran fish = tool({"completion", "fish"});
    CHECK(fish.code == 2);
    CHECK(fish.complains("only bash is supported"));
}

}  // namespace completion_test
