// bridge32 repl with lines from a pipe; hosts that wait for a debugger.
#include <doctest/doctest.h>
#include <signal.h>

#include <cstdlib>

#include "os/child_output.hpp"
#include "tool/support.hpp"

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

TEST_CASE("repl: a line that fails does not end it, and is told at the end") {
    const Ran ran =
        repl("no_such_method\\n.no_such_command\\necho_string y\\n.quit\\necho_string z\\n");

    CHECK(ran.code == 3);
    CHECK(ran.out == "y\n");
    CHECK(ran.complains("no method"));
    CHECK(ran.complains("there is no .no_such_command"));
}

TEST_CASE("repl: .methods and .describe tell what there is") {
    const Ran ran = repl(".methods\\n.describe echo_string\\n");

    CHECK(ran.says("echo_string(value)"));
    CHECK(ran.says("value  string"));
}

TEST_CASE("the tool: finds its host, called by its name alone") {
    const char* const path = std::getenv("PATH");
    const Ran ran = test::run_program(
        "/bin/sh", {"-c", "bridge32 call echo echo_string x"},
        {{"BRIDGE32_PLUGIN_PATH", test::kPlugins.string()},
         {"PATH", test::kBin.string() + ":" + (path == nullptr ? "/usr/bin" : path)}});

    CHECK(ran.out == "x\n");
}

TEST_CASE("host: waits for a debugger before the plugin is loaded, and goes on by SIGCONT") {
    namespace os = bridge32::os;
    os::ProcessOptions options;
    options.executable = test::kBin / "bridge32";
    options.arguments = {"call", "echo", "echo_string", "x"};
    options.environment = {{"BRIDGE32_PLUGIN_PATH", test::kPlugins.string()},
                           {"BRIDGE32_WAIT_FOR_DEBUGGER", "1"}};
    auto child = os::ChildProcess::start(options);
    std::string out;
    std::string err;
    bool told = false;

    os::read_output_until_exit(child, [&](os::Output from, std::string_view text) {
        (from == os::Output::kErr ? err : out) += text;
        const auto at = err.find("gdb -p ");
        if (told || at == std::string::npos || err.find('\n', at) == std::string::npos) return;
        told = true;
        CHECK(out == "");
        ::kill(static_cast<pid_t>(std::strtol(err.c_str() + at + 7, nullptr, 10)), SIGCONT);
    });

    CHECK(told);
    CHECK(child.collect().code == 0);
    CHECK(out == "x\n");
}
