// bridge32 repl with lines from a pipe.
#include <doctest/doctest.h>

#include "tool/support.hpp"

namespace linux_repl_test {

using test::Ran;

namespace {

Ran repl(const std::string& lines) {
    const std::string command =
        "printf '" + lines + "' | '" + (test::kBin / "bridge32").string() + "' repl echo";
    return test::run_program("/bin/sh", {"-c", command},
                             {{"BRIDGE32_PLUGIN_PATH", test::kPlugins.string()}});
}

}  // namespace

TEST_CASE("repl: each line is a call, and its result is printed") {
    const Ran ran = repl("echo_string x\\necho_f64 2.5\\n# a comment\\n\\necho_string \"a b\"\\n");

    CHECK(ran.code == 0);
    CHECK(ran.out == "x\n2.5\na b\n");
    CHECK(ran.err == "");
}

TEST_CASE("repl: continues after a failed line, and reports it in the exit code") {
    const Ran ran =
        repl("no_such_method\\n.no_such_command\\necho_string y\\n.quit\\necho_string z\\n");

    CHECK(ran.code == 3);
    CHECK(ran.out == "y\n");
    CHECK(ran.complains("no method"));
    CHECK(ran.complains("unknown command .no_such_command"));
}

TEST_CASE("repl: .methods and .describe show the description") {
    const Ran ran = repl(".methods\\n.describe echo_string\\n");

    CHECK(ran.says("echo_string(value)"));
    CHECK(ran.says("value  string"));
}

}  // namespace linux_repl_test
