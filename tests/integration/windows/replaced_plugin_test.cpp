// A plugin's file changes while a shared host runs.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "integration/server.hpp"

namespace windows_replaced_plugin_test {

using test::Server;

namespace {

/// A file that is loaded can be renamed, and not replaced.
void replace_plugin(const std::filesystem::path& folder, const std::string& name) {
    const auto file = folder / "changing.b32.dll";
    if (std::filesystem::exists(file)) std::filesystem::rename(file, folder / ("before " + name));
    std::filesystem::copy(test::kPlugins / (name + ".b32.dll"), file);
}

}  // namespace

TEST_CASE("shared host: a plugin that is replaced serves new clients when the old ones have gone") {
    const test::TemporaryFolder folder;
    const Server server(test::name("replaced"), folder.path());
    replace_plugin(folder.path(), "echo");
    {
        const auto old = server.connect("changing");
        CHECK(old.call<int>("add", 1, 2) == 3);

        replace_plugin(folder.path(), "shared_counter");

        CHECK(server.connect("changing").call<int>("add", 1, 2) == 3);
        CHECK(old.call<int>("add", 3, 4) == 7);
    }
    CHECK(test::eventually([&] {
        try {
            return server.connect("changing").call<int>("count_up") == 1;
        } catch (const bridge32::MethodNotFound&) {
            return false;  // the host has not let go of the old one yet
        }
    }));
}

}  // namespace windows_replaced_plugin_test
