// How the tool starts a host: finding it, and waiting for a debugger.
#include <doctest/doctest.h>
#include <signal.h>

#include <cstdlib>

#include "os/process.hpp"
#include "tool/support.hpp"

namespace linux_host_start_test {

using test::Ran;

TEST_CASE("the tool: finds its host when started through PATH") {
    const char* const path = std::getenv("PATH");
    const Ran ran = test::run_program(
        "/bin/sh", {"-c", "bridge32 call echo echo_string x"},
        {{"BRIDGE32_PLUGIN_PATH", test::kPlugins.string()},
         {"PATH", test::kBin.string() + ":" + (path == nullptr ? "/usr/bin" : path)}});

    CHECK(ran.out == "x\n");
}

TEST_CASE("host: waits for a debugger before it loads the plugin, until SIGCONT") {
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

}  // namespace linux_host_start_test
