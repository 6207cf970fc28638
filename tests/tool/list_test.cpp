// bridge32 list.
#include <doctest/doctest.h>

#include "tests/tool/support.hpp"

namespace list_test {

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

TEST_CASE("list: shows good plugins, and what is wrong with others") {
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
    test::write(folder.path() / "vendor.b32i", "interface 1;");

    const Ran ran = tool({"list", "--json"}, {{"BRIDGE32_PLUGIN_PATH", text_of(folder.path())}});

    CHECK(ran.code == 0);
    const auto report = ran.json();
    CHECK(plugin(report, "guide")["state"] == "good");
    CHECK(plugin(report, "guide")["sdk"].get<std::string>().find("bridge32") == 0);
    CHECK(plugin(report, "wrong_abi")["state"] == "wrong ABI");
    CHECK(plugin(report, "not_a_plugin")["state"] == "bad");
    CHECK(plugin(report, "wide")["state"] == "wrong bitness");
    CHECK(plugin(report, "text")["state"] == "bad");
    CHECK(plugin(report, "vendor")["bits"] == 32);
}

TEST_CASE("list: a folder that does not exist is shown as such") {
    const Ran ran = tool({"list"}, {{"BRIDGE32_PLUGIN_PATH", text_of(test::kBin / "no_such")}});

    CHECK(ran.says("does not exist"));
}

}  // namespace list_test
