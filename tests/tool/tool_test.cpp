// What all subcommands share.
#include <doctest/doctest.h>

#include "tests/tool/support.hpp"

namespace tool_test {

using test::Ran;
using test::tool;

TEST_CASE("the tool: --version and --help") {
    CHECK(tool({"--version"}).says("bridge32 "));
    CHECK(tool({"--help"}).says("Exit codes"));
    CHECK(tool({"call", "--help"}).says("@FILE"));
}

TEST_CASE("the tool: a wrong command line points to the help") {
    const Ran nothing = tool({});
    const Ran unknown = tool({"descibe", "guide"});
    const Ran lacking = tool({"call", "guide"});

    CHECK(nothing.code == 2);
    CHECK(nothing.complains("bridge32: no command given"));
    CHECK(nothing.complains("See: bridge32 --help"));
    CHECK(unknown.code == 2);
    CHECK(unknown.complains("unknown command `descibe`. Did you mean `describe`?"));
    CHECK(lacking.code == 2);
    CHECK(lacking.complains("bridge32: METHOD is required"));
    CHECK(lacking.complains("See: bridge32 call --help"));
}

TEST_CASE("the tool: with --json, a wrong command line is JSON") {
    const Ran ran = tool({"call", "guide", "--json"});

    CHECK(ran.code == 2);
    CHECK(ran.json()["error"]["type"] == "WrongUsage");
    CHECK(ran.complains("METHOD is required"));
}

TEST_CASE("the tool: JSON errors have the type of the exception") {
    const Ran ran = tool({"call", "--host", "no-such-host", "echo", "echo_string", "x", "--json"});

    CHECK(ran.code == 1);
    CHECK(ran.json()["error"]["type"] == "ConnectionClosed");
}

TEST_CASE("the tool: a plugin without a description can be called") {
    for (const char* command : {"describe", "stub", "repl"}) {
        const Ran ran = tool({command, "by_hand"});

        CAPTURE(command);
        CHECK(ran.code == 1);
        CHECK(ran.complains("description is malformed"));
    }
    CHECK(tool({"call", "by_hand", "any", "1"}).out == "42\n");
}

}  // namespace tool_test
