// BRIDGE32_LOG and BRIDGE32_TRACE.
#include <doctest/doctest.h>

#include <algorithm>
#include <regex>
#include <sstream>
#include <string>

#include "tests/tool/support.hpp"

namespace log_and_trace_test {

using test::Ran;
using test::text_of;
using test::tool;

namespace {

bool has_event(const nlohmann::json& events, const std::string& name, const std::string& kind) {
    return std::any_of(events.begin(), events.end(), [&](const auto& event) {
        return event["name"] == name && event.value("cat", "") == kind;
    });
}

}  // namespace

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

TEST_CASE("log: calls that fail are warnings, those that succeed are not") {
    const Ran failed = tool({"call", "echo", "no_such_method"}, {{"BRIDGE32_LOG", "warning"}});
    const Ran good = tool({"call", "echo", "echo_string", "x"}, {{"BRIDGE32_LOG", "warning"}});

    CHECK(failed.complains(" warning: echo.no_such_method failed: "));
    CHECK(good.err == "");
}

TEST_CASE("log: each line of both sides has its time") {
    const Ran ran = tool({"call", "echo", "echo_string", "x"}, {{"BRIDGE32_LOG", "debug"}});

    const std::regex line(
        R"(bridge32 (client|host32)\[\d+\] \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (info|debug): .*)");
    std::istringstream lines(ran.err);
    std::size_t count = 0;
    for (std::string text; std::getline(lines, text); ++count) {
        // Under Windows a host's lines, passed on by the tool, have two of them.
        while (!text.empty() && text.back() == '\r')
            text.pop_back();
        CAPTURE(text);
        CHECK(std::regex_match(text, line));
    }
    CHECK(count > 4);
}

TEST_CASE("log: an unknown level is refused with those that there are") {
    for (const char* level : {"verbose", "Debug", "7", "warnings"}) {
        const Ran ran = tool({"call", "echo", "echo_string", "x"}, {{"BRIDGE32_LOG", level}});

        CHECK(ran.out == "x\n");
        CHECK(ran.complains(std::string("bridge32: BRIDGE32_LOG=") + level + " is no level"));
        CHECK(ran.complains("off, error, warning, info and debug"));
        CHECK(ran.err.find("is no level") == ran.err.rfind("is no level"));
    }
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

TEST_CASE("trace: a file that cannot be written is reported, and calls still work") {
    test::TemporaryFolder folder;
    const auto place = folder.path() / "empty";
    std::filesystem::create_directory(place);

    for (const auto& file : {place, folder.path() / "absent" / "trace.json"}) {
        const Ran ran =
            tool({"call", "echo", "echo_string", "x"}, {{"BRIDGE32_TRACE", text_of(file)}});

        CHECK(ran.out == "x\n");
        CHECK(ran.complains("no trace is written: cannot write " + text_of(file) + ": "));
    }
    CHECK(std::filesystem::is_directory(place));
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

}  // namespace log_and_trace_test
