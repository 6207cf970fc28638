// The tool's streams when full, closed or unread, and after a signal.
#include <doctest/doctest.h>
#include <signal.h>

#include "os/process.hpp"
#include "tool/support.hpp"

namespace linux_streams_test {

using test::Ran;

namespace {

/// Runs a shell command in which `bridge32` is the tool.
Ran shell(const std::string& line, const std::filesystem::path& folder = {}) {
    const std::string tool =
        "bridge32() { '" + (test::kBin / "bridge32").string() + "' \"$@\"; }\n";
    return test::run_program("/bin/sh", {"-c", tool + line},
                             {{"BRIDGE32_PLUGIN_PATH", test::kPlugins.string()}}, folder);
}

}  // namespace

TEST_CASE("the tool: a failed write to stdout is a failure") {
    for (const char* line :
         {"bridge32 call echo echo_string x > /dev/full", "bridge32 --help > /dev/full",
          "bridge32 call echo echo_string x >&-", "bridge32 stub echo > /dev/full",
          "echo echo_string x | bridge32 repl echo > /dev/full"}) {
        const Ran ran = shell(line);

        CAPTURE(line);
        CHECK(ran.code == 1);
        CHECK(ran.complains("cannot write to stdout"));
    }
}

TEST_CASE("the tool: works without stdin and stderr") {
    const Ran ran = shell("bridge32 call echo echo_string x <&- 2>&-");

    CHECK(ran.code == 0);
    CHECK(ran.out == "x\n");
}

TEST_CASE("the tool: ends when its output is not read, and leaves nothing") {
    const auto before = test::segments();

    shell("bridge32 call echo echo_string x | head -c 0; bridge32 list | head -c 0");

    CHECK(test::no_segments_but(before));
}

TEST_CASE("new: removes files that could not be written completely") {
    test::TemporaryFolder folder;

    const Ran ran = shell("trap '' XFSZ; ulimit -f 1; bridge32 new demo", folder.path());

    CHECK(ran.code == 1);
    CHECK(ran.complains("cannot write demo/"));
    CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("inspect: the exports of a truncated ELF library cannot be read") {
    test::TemporaryFolder folder;
    const auto whole = test::read(test::library("plain"));
    test::write(folder.path() / "cut.so", whole.substr(0, whole.size() - 1));

    const Ran ran = test::tool({"inspect", (folder.path() / "cut.so").string()});
    const auto report =
        test::tool({"inspect", (folder.path() / "cut.so").string(), "--json"}).json();

    CHECK(ran.says("Exports  cannot be read"));
    CHECK(ran.says("cannot be read because"));
    CHECK(report["exports_known"] == false);
}

TEST_CASE("call: Ctrl-C ends the tool, its host and their memory") {
    namespace os = bridge32::os;
    const auto before = test::segments();
    os::ProcessOptions options;
    options.executable = test::kBin / "bridge32";
    options.arguments = {"call", "instrument", "adjust", "1000000", "--events"};
    options.environment = {{"BRIDGE32_PLUGIN_PATH", test::kPlugins.string()}};
    auto child = os::ChildProcess::start(options);
    bool told = false;

    os::read_output_until_exit(child, [&](os::Output, std::string_view) {
        if (!told) ::kill(static_cast<pid_t>(child.pid()), SIGINT);
        told = true;
    });

    CHECK(told);
    CHECK(child.collect().by_fault);
    CHECK(test::no_segments_but(before));
}

}  // namespace linux_streams_test
