// The limits that a user may have set for stacks.
#include <doctest/doctest.h>

#include <string>

#include "integration/support.hpp"
#include "os/process.hpp"

namespace linux_stacks_test {

namespace {

namespace os = bridge32::os;

/// What `bridge32 call PLUGIN add 1 2` prints, started with this limit.
std::string add(const std::string& limit, const std::string& plugin) {
    os::ProcessOptions shell;
    shell.executable = "/bin/sh";
    shell.arguments = {"-c", "ulimit -s " + limit + " && exec '" +
                                 (test::kBin / "bridge32").string() + "' call " + plugin +
                                 " add 1 2 --plugin-path '" + test::kPlugins.string() + "'"};
    auto child = os::ChildProcess::start(shell);
    std::string printed;
    os::read_output_until_exit(child, [&](os::Output, std::string_view text) { printed += text; });
    child.collect();
    return printed;
}

}  // namespace

TEST_CASE("stacks: calls work whatever `ulimit -s` is") {
#if defined(__SANITIZE_ADDRESS__)
    MESSAGE("[skipped] ASan has no room for its own memory under such limits");
    return;
#endif
    for (const char* limit : {"64", "1048576", "3145728", "unlimited"}) {
        for (const char* plugin : {"echo", "concurrent"}) {
            CAPTURE(limit);
            CAPTURE(plugin);
            CHECK(add(limit, plugin) == "3\n");
        }
    }
}

}  // namespace linux_stacks_test
