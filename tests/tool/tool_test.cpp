// What all commands of the tool have in common.
#include <doctest/doctest.h>

#include "tests/tool/support.hpp"

using test::Ran;
using test::tool;

TEST_CASE("the tool: --version, --help, and a command that there is not") {
    CHECK(tool({"--version"}).says("bridge32 "));
    CHECK(tool({"--help"}).says("Exit codes"));
    CHECK(tool({"call", "--help"}).says("@FILE"));
}

TEST_CASE("the tool: a wrong command line is told with what to look at") {
    const Ran nothing = tool({});
    const Ran unknown = tool({"descibe", "guide"});
    const Ran lacking = tool({"call", "guide"});

    CHECK(nothing.code == 2);
    CHECK(nothing.complains("bridge32: say what to do"));
    CHECK(nothing.complains("See: bridge32 --help"));
    CHECK(unknown.code == 2);
    CHECK(unknown.complains("there is no command `descibe`. Did you mean `describe`?"));
    CHECK(lacking.code == 2);
    CHECK(lacking.complains("bridge32: METHOD is required"));
    CHECK(lacking.complains("See: bridge32 call --help"));
}

TEST_CASE("the tool: a wrong command line is JSON, too, where that is asked for") {
    const Ran ran = tool({"call", "guide", "--json"});

    CHECK(ran.code == 2);
    CHECK(ran.json()["error"]["type"] == "WrongUsage");
    CHECK(ran.complains("METHOD is required"));
}

TEST_CASE("the tool: an error that has a type of its own is called by it in JSON") {
    const Ran ran = tool({"call", "--host", "no-such-host", "echo", "echo_string", "x", "--json"});

    CHECK(ran.code == 1);
    CHECK(ran.json()["error"]["type"] == "ConnectionClosed");
}

TEST_CASE("the tool: a plugin that does not tell what it offers is called all the same") {
    for (const char* command : {"describe", "stub", "repl"}) {
        const Ran ran = tool({command, "by_hand"});

        CAPTURE(command);
        CHECK(ran.code == 1);
        CHECK(ran.complains("does not tell what it offers"));
    }
    CHECK(tool({"call", "by_hand", "any", "1"}).out == "42\n");
}
