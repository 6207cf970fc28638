// bridge32 serve, ps, stop; repl; what BRIDGE32_LOG and BRIDGE32_TRACE tell.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/tool/support.hpp"

using test::Ran;
using test::text_of;
using test::tool;

namespace {

nlohmann::json host(const std::string& name) {
    for (const auto& one : tool({"ps", "--json"}).json()) {
        if (one["name"] == name) return one;
    }
    return {};
}

/// Stops it, whatever happened.
struct Stopped {
    std::string name;
    ~Stopped() { tool({"stop", name, "--force"}); }
};

bool has_event(const nlohmann::json& events, const std::string& name, const std::string& kind) {
    return std::any_of(events.begin(), events.end(), [&](const auto& event) {
        return event["name"] == name && event.value("cat", "") == kind;
    });
}

}  // namespace

TEST_CASE("serve, ps, stop: a shared host from its start to its end") {
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

TEST_CASE("ps: tells of a client whose first call takes long") {
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

TEST_CASE("stop: one that is not running does not keep the others from it") {
    const std::string name = "tool-several-" + std::to_string(bridge32::os::own_pid());
    const Stopped stopped{name};
    REQUIRE(tool({"serve", name, "--detach"}).code == 0);

    const Ran ran = tool({"stop", "no-such-host", "no/name", name, "--json"});

    CHECK(ran.code == 1);
    CHECK(ran.json()[0]["outcome"] == "not running");
    CHECK(ran.json()[1]["outcome"] == "failed");
    CHECK(ran.json()[2]["outcome"] == "stopped");
}

TEST_CASE("serve: an option that the host does not have is a wrong command line") {
    const Ran ran = tool({"serve", "tool-test", "--", "--no-such-option"});

    CHECK(ran.code == 2);
    CHECK(ran.complains("host32"));
    CHECK(ran.complains("--no-such-option"));
}

TEST_CASE("stop: without a name, the command line is wrong") { CHECK(tool({"stop"}).code == 2); }

TEST_CASE("log: both sides tell what they do, on stderr") {
    const Ran ran = tool({"call", "echo", "echo_string", "x"}, {{"BRIDGE32_LOG", "debug"}});

    CHECK(ran.out == "x\n");
    CHECK(ran.complains("bridge32 client["));
    CHECK(ran.complains("bridge32 host32["));
    CHECK(ran.complains("info: opened echo in host32"));
    CHECK(ran.complains("debug: echo.echo_string (call "));
    CHECK(ran.complains("microseconds in the plugin"));
}

TEST_CASE("log: off by default, and only as much as was asked for") {
    const Ran off = tool({"call", "echo", "echo_string", "x"});
    const Ran error = tool({"call", "no_such_plugin", "add"}, {{"BRIDGE32_LOG", "error"}});
    const Ran info = tool({"call", "echo", "echo_string", "x"}, {{"BRIDGE32_LOG", "info"}});

    CHECK(off.err == "");
    CHECK(error.complains("error: opening no_such_plugin failed"));
    CHECK(info.complains("info:"));
    CHECK_FALSE(info.complains("debug:"));
}

TEST_CASE("trace: every call with its time on both sides, as Chrome takes it") {
    test::TemporaryFolder folder;
    const auto file = folder.path() / "trace.json";

    const Ran ran = tool({"call", "echo", "echo_string", "x"}, {{"BRIDGE32_TRACE", text_of(file)}});

    REQUIRE(ran.code == 0);
    const auto events = nlohmann::json::parse(test::read(file));
    REQUIRE(events.is_array());
    CHECK(has_event(events, "open echo", "open"));
    CHECK(has_event(events, "echo.echo_string", "call"));
    CHECK(has_event(events, "echo.echo_string", "host call"));
    double begin = 0;
    double end = 0;
    std::int64_t client = 0;
    for (const auto& event : events) {
        if (event["name"] != "echo.echo_string" || event["cat"] != "call") continue;
        begin = event["ts"];
        end = begin + event["dur"].get<double>();
        client = event["pid"];
    }
    for (const auto& event : events) {
        if (event["name"] != "echo.echo_string" || event["cat"] != "host call") continue;
        // One clock: the host began while the client waited. It ends when its reply has gone out,
        // which the client may read before. Windows' clock has steps of a tenth of a microsecond,
        // which 32-bit code rounds in its own way.
        constexpr double kStep = 0.2;
        CHECK(event["ph"] == "X");
        CHECK(event["pid"] != client);
        CHECK(event["ts"].get<double>() >= begin - kStep);
        CHECK(event["ts"].get<double>() <= end + kStep);
        CHECK(event["dur"].get<double>() >= 0);
    }
    CHECK_FALSE(std::filesystem::exists(text_of(file) + ".lock"));
}

TEST_CASE("trace: a second program begins a new file") {
    test::TemporaryFolder folder;
    const auto file = folder.path() / "trace.json";
    const test::Environment environment{{"BRIDGE32_TRACE", text_of(file)}};

    tool({"call", "echo", "echo_string", "x"}, environment);
    const auto first = nlohmann::json::parse(test::read(file)).size();
    tool({"call", "echo", "echo_string", "x"}, environment);

    CHECK(nlohmann::json::parse(test::read(file)).size() == first);
}
