// bridge32 list on Linux.
#include <doctest/doctest.h>

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

}  // namespace linux_list_test
