// bridge32 list, doctor, completion.
#include <doctest/doctest.h>

#include "tests/tool/support.hpp"

using test::Ran;
using test::text_of;
using test::tool;

namespace {

nlohmann::json plugin(const nlohmann::json& report, const std::string& name) {
    for (const auto& one : report["plugins"]) {
        if (one["name"] == name && one["bits"] == 32) return one;
    }
    return {};
}

}  // namespace

TEST_CASE("list: good plugins, and what is wrong with the others") {
    test::TemporaryFolder folder;
#if defined(_WIN32)
    const std::string end = ".b32.dll";
#else
    const std::string end = ".b32.so";
#endif
    for (const char* name : {"guide", "wrong_abi", "not_a_plugin"})
        std::filesystem::copy_file(test::kPlugins / (name + end), folder.path() / (name + end));
    std::filesystem::copy_file(test::library("plain", 64), folder.path() / ("wide" + end));
    test::write(folder.path() / ("text" + end), "hello");

    const Ran ran = tool({"list", "--json"}, {{"BRIDGE32_PLUGIN_PATH", text_of(folder.path())}});

    CHECK(ran.code == 0);
    const auto report = ran.json();
    CHECK(plugin(report, "guide")["state"] == "good");
    CHECK(plugin(report, "guide")["sdk"].get<std::string>().find("bridge32") == 0);
    CHECK(plugin(report, "wrong_abi")["state"] == "wrong ABI");
    CHECK(plugin(report, "not_a_plugin")["state"] == "bad");
    CHECK(plugin(report, "wide")["state"] == "wrong bitness");
    CHECK(plugin(report, "text")["state"] == "bad");
}

TEST_CASE("list: a folder that is not there is shown as such") {
    const Ran ran = tool({"list"}, {{"BRIDGE32_PLUGIN_PATH", text_of(test::kBin / "no_such")}});

    CHECK(ran.says("does not exist"));
}

TEST_CASE("doctor: this machine runs hosts") {
    const Ran ran = tool({"doctor"});
    const auto report = tool({"doctor", "--json"}).json();

    CHECK(ran.code == 0);
    CHECK(ran.says("bridge32 works here."));
    CHECK(report["works"] == true);
    CHECK(report["findings"][0]["what"] == "host32");
    CHECK(report["findings"][0]["state"] == "ok");
}

TEST_CASE("doctor: a host that is not there is a problem with a remedy") {
    const Ran ran = tool({"doctor"}, {{"BRIDGE32_HOST", text_of(test::kBin / "no_such_host")}});

    CHECK(ran.code == 1);
    CHECK(ran.says("does not exist"));
    CHECK(ran.says("->"));
    CHECK(ran.says("does not work here yet"));
}

TEST_CASE("completion: a script for bash, and what it asks for") {
    CHECK(tool({"completion", "bash"}).says("complete -F _bridge32 bridge32"));
    CHECK(tool({"completion", "plugins"}).says("guide\n"));
    CHECK(tool({"completion", "methods", "echo"}).says("echo_string\n"));
    const Ran fish = tool({"completion", "fish"});
    CHECK(fish.code == 2);
    CHECK(fish.complains("for bash only"));
}
