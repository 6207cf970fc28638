#include "host32/command/command_line.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

#include "host32/session/exit_code.hpp"

namespace command_line_test {

using namespace bridge32::host;
using namespace std::chrono_literals;

namespace {

CommandLine read(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "host32");
    return read_command_line("host32", arguments);
}

}  // namespace

TEST_CASE("command line: what is not given has a default") {
    const auto line = read({});
    CHECK_FALSE(line.exit_code);
    CHECK(line.channel.empty());
    CHECK(line.served_name.empty());
    CHECK_FALSE(line.serving.idle_timeout);
    CHECK(line.serving.callback_timeout == 500ms);
    CHECK(line.stop_timeout == 5s);
    CHECK_FALSE(line.instances);
    CHECK(line.checked_file.empty());
    CHECK_FALSE(line.about);
}

TEST_CASE("command line: a shared host's options") {
    const auto line = read({"--serve", "lab", "--instances", "own", "--idle-timeout", "0.25",
                            "--callback-timeout", "2", "--stop-timeout", "1", "--plugin-path", "a",
                            "--plugin-path", "b", "--library-path", "c", "--allow", "my_lib",
                            "--allow-unsafe-plugins"});
    REQUIRE_FALSE(line.exit_code);
    CHECK(line.served_name == "lab");
    CHECK(line.instances == InstancesFor::kOwn);
    CHECK(line.serving.idle_timeout == 250ms);
    CHECK(line.serving.callback_timeout == 2s);
    CHECK(line.stop_timeout == 1s);
    CHECK(line.plugin_path == std::vector<std::filesystem::path>{"a", "b"});
    CHECK(line.library_path == std::vector<std::filesystem::path>{"c"});
    CHECK(line.rules.allowed == std::vector<std::string>{"my_lib"});
    CHECK(line.rules.allow_unsafe);
    CHECK_FALSE(line.detach);
}

TEST_CASE("command line: help ends the process well, wrong usage does not") {
    CHECK(read({"--help"}).exit_code == 0);
    CHECK(read({"--version"}).exit_code == 0);
    CHECK(read({"--no-such-option"}).exit_code == kExitWrongUsage);
    CHECK(read({"--detach"}).exit_code == kExitWrongUsage);  // without --serve
    CHECK(read({"--attach", "x", "--serve", "lab"}).exit_code == kExitWrongUsage);
    CHECK(read({"--serve", "lab", "--idle-timeout", "-1"}).exit_code == kExitWrongUsage);
}

TEST_CASE("command line: a host in the background is started with the same arguments") {
    const auto arguments = detached_arguments({"host32", "--serve", "lab", "--detach"});
    CHECK(arguments == std::vector<std::string>{"--serve", "lab", "--detached"});
    CHECK(read(arguments).detached);
}

}  // namespace command_line_test
