// bridge32 serve, ps, stop.
#include <doctest/doctest.h>

#include "tests/tool/support.hpp"

namespace shared_hosts_test {

using test::Ran;
using test::tool;

namespace {

nlohmann::json host(const std::string& name) {
    for (const auto& one : tool({"ps", "--json"}).json()) {
        if (one["name"] == name) return one;
    }
    return {};
}

/// Stops the host at the end of the test.
struct Stopped {
    std::string name;
    ~Stopped() { tool({"stop", name, "--force"}); }
};

}  // namespace

TEST_CASE("serve, ps, stop: a shared host from start to end") {
    const std::string name = "tool-test-" + std::to_string(bridge32::os::own_pid());
    const Stopped stopped{name};

    const Ran served = tool({"serve", name, "--detach"});
    REQUIRE(served.code == 0);
    CHECK(tool({"call", "--host", name, "echo", "echo_string", "x"}).out == "x\n");

    const auto running = host(name);
    REQUIRE(running.is_object());
    CHECK(running["bits"] == 32);
    CHECK(running["pid"] > 0);
    CHECK(running["uptime_ms"] >= 0);
    CHECK(running["memory_bytes"] > 0);
    // The host counts about ten times a second.
    CHECK(test::eventually([&] { return host(name)["calls"] >= 2; }));
    CHECK(tool({"completion", "hosts"}).says(name));

    const Ran ended = tool({"stop", name});

    CHECK(ended.code == 0);
    CHECK(ended.out == name + ": stopped\n");
    CHECK(host(name).is_null());
    CHECK(tool({"stop", name}).code == 1);
}

TEST_CASE("ps: shows a client whose first call is still running") {
    const std::string name = "tool-busy-" + std::to_string(bridge32::os::own_pid());
    const Stopped stopped{name};
    REQUIRE(tool({"serve", name, "--detach"}).code == 0);
    const auto client = bridge32::Client::connect(
        name, "echo", {.plugin_path = bridge32::PathList(test::kPlugins)});

    const auto busy = client.async<void>("sleep_ms", 60'000);

    CHECK(test::eventually([&] { return host(name)["clients"] == 1; }));
    CHECK(tool({"stop", name, "--timeout", "0"}).code == 5);
    CHECK(tool({"stop", name, "--timeout", "0", "--force"}).out == name + ": killed\n");
}

TEST_CASE("stop: a host that is not running does not prevent stopping others") {
    const std::string name = "tool-several-" + std::to_string(bridge32::os::own_pid());
    const Stopped stopped{name};
    REQUIRE(tool({"serve", name, "--detach"}).code == 0);

    const Ran ran = tool({"stop", "no-such-host", "no/name", name, "--json"});

    CHECK(ran.code == 1);
    CHECK(ran.json()[0]["outcome"] == "not running");
    CHECK(ran.json()[1]["outcome"] == "failed");
    CHECK(ran.json()[2]["outcome"] == "stopped");
}

TEST_CASE("serve: an unknown host option is a wrong command line") {
    const Ran ran = tool({"serve", "tool-test", "--", "--no-such-option"});

    CHECK(ran.code == 2);
    CHECK(ran.complains("host32"));
    CHECK(ran.complains("--no-such-option"));
}

TEST_CASE("stop: without a name, the command line is wrong") { CHECK(tool({"stop"}).code == 2); }

}  // namespace shared_hosts_test
