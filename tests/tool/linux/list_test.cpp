// bridge32 list on Linux.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include "tool/support.hpp"

namespace linux_list_test {

using test::text_of;
using test::tool;

namespace {

std::string state(const nlohmann::json& report, const std::string& name) {
    for (const auto& one : report["plugins"]) {
        if (one["name"] == name && one["bits"] == 32) return one["state"];
    }
    return {};
}

}  // namespace

TEST_CASE("list: refuses plugins that others can write to, and reports crashes") {
    namespace fs = std::filesystem;
    test::TemporaryFolder folder;
    const auto open_to_all = folder.path() / "mine.b32.so";
    fs::copy_file(test::kPlugins / "echo.b32.so", open_to_all);
    fs::permissions(open_to_all, fs::perms::others_write, fs::perm_options::add);
    fs::copy_file(test::library("crashes_when_loaded"), folder.path() / "boom.b32.so");
    const test::Environment environment{{"BRIDGE32_PLUGIN_PATH", text_of(folder.path())}};

    const auto report = tool({"list", "--json"}, environment).json();
    const auto unsafe = tool({"list", "--json", "--allow-unsafe-plugins"}, environment).json();

    CHECK(state(report, "mine") == "refused");
    CHECK(state(report, "boom") == "crashes");
    CHECK(state(unsafe, "mine") == "good");
}

TEST_CASE("list: a pipe that is named like a plugin is refused, and not waited for") {
    const test::TemporaryFolder folder;
    const auto pipe = folder.path() / "pipe.b32.so";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    const test::Environment environment{{"BRIDGE32_PLUGIN_PATH", text_of(folder.path())}};

    CHECK(state(tool({"list", "--json"}, environment).json(), "pipe") == "refused");
    CHECK(tool({"inspect", text_of(pipe)}, environment).code == 1);
    CHECK(tool({"call", "pipe", "add", "1", "2"}, environment).code != 0);
}

}  // namespace linux_list_test
