// A plugin's file changes while a shared host runs.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "integration/server.hpp"

namespace linux_replaced_plugin_test {

using test::Server;

namespace {

void replace_plugin(const std::filesystem::path& folder, const std::string& name) {
    std::filesystem::copy(test::kPlugins / (name + ".b32.so"), folder / "new");
    std::filesystem::rename(folder / "new", folder / "changing.b32.so");
}

}  // namespace

TEST_CASE("shared host: a plugin that is replaced serves new clients, and the old one the old") {
    const test::TemporaryFolder folder;
    const Server server(test::name("replaced"), folder.path());
    replace_plugin(folder.path(), "echo");
    const auto old = server.connect("changing");
    CHECK(old.call<int>("add", 1, 2) == 3);

    replace_plugin(folder.path(), "throws");
    const auto next = server.connect("changing");
    CHECK_THROWS_WITH_AS(next.call("std_exception"), doctest::Contains("std::runtime_error"),
                         bridge32::RemoteError);
    CHECK(old.call<int>("add", 1, 2) == 3);
    CHECK_THROWS_AS(old.call("std_exception"), bridge32::MethodNotFound);

    replace_plugin(folder.path(), "shared_counter");
    CHECK(server.connect("changing").call<int>("count_up") == 1);
    CHECK_THROWS_WITH_AS(next.call("std_exception"), doctest::Contains("std::runtime_error"),
                         bridge32::RemoteError);
    CHECK(old.call<int>("add", 3, 4) == 7);
}

}  // namespace linux_replaced_plugin_test
