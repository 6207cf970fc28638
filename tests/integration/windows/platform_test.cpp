// What is particular to Windows: how hosts end when their client dies, names of folders, what they
// show and need, and apartments.
#include <windows.h>

#include <doctest/doctest.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "binary/image.hpp"
#include "binary/windows_sources.hpp"
#include "integration/support.hpp"

namespace windows_platform_test {

TEST_CASE("windows: a killed client leaves no host") {
    for (const char* what : {"idle", "busy"}) {
        CAPTURE(what);
        auto client = bridge32::os::ChildProcess::start(
            {std::filesystem::path(BRIDGE32_TEST_PROGRAMS) / "client_to_kill.exe", {what}, {}, {}});
        std::string line;
        char letter = 0;
        while (bridge32::test::read_pipe(client.out(), &letter, 1) == 1 && letter != '\n')
            line += letter;
        REQUIRE_FALSE(line.empty());
        const auto host = static_cast<std::uint32_t>(std::stoul(line));
        REQUIRE(bridge32::test::is_running(host));

        client.handle().kill();

        CHECK(test::eventually([&] { return !bridge32::test::is_running(host); },
                               std::chrono::seconds(1)));
    }
}

TEST_CASE("windows: a plugin and a library in a folder with a Unicode name work") {
    const test::TemporaryFolder folder;
    const auto place = folder.path() / L"uñicödé 日本";
    std::filesystem::create_directory(place);
    std::filesystem::copy(test::kPlugins / "loads.b32.dll", place);
    std::filesystem::copy(test::kLibraries / "32" / "libplain.dll", place);
    auto options = test::options();
    options.plugin_path = place;
    options.kwargs = {{"library", "libplain"}};

    const bridge32::Client c("loads", options);

    const auto path = c.get<std::string>("path");
    CHECK(path.find("uñicödé 日本") != std::string::npos);
}

TEST_CASE("windows: a host in a folder with a Unicode name starts") {
    const test::TemporaryFolder folder;
    const auto place = folder.path() / L"uñicödé 日本";
    std::filesystem::create_directory(place);
    std::filesystem::copy(test::kHost, place);
    auto options = test::options();
    options.host_executable = place / "host32.exe";

    CHECK(bridge32::Client("echo", options).call<int>("add", 1, 2) == 3);
}

TEST_CASE("windows: a host opens no console window and shows no error dialog") {
    const auto c = test::client("harms_windows");

    CHECK_FALSE(c.get<bool>("has_console"));
    constexpr std::uint32_t kNone =
        SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX;
    CHECK((c.get<std::uint32_t>("error_mode") & kNone) == kNone);
}

TEST_CASE("windows: a plugin that wants an apartment is in one, whose messages are answered") {
    const auto c = test::client("apartment_windows");
    CHECK(c.get<bool>("single_threaded"));

    c.call("ask");

    CHECK(test::eventually([&] { return c.get<int>("answer") == 42; }));
}

TEST_CASE("windows: host, tool, plugins and samples need no DLL that not every Windows has") {
    int files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(test::kBin)) {
        const auto& file = entry.path();
        if (file.extension() != ".exe" && file.extension() != ".dll") continue;
        CAPTURE(file.string());
        ++files;
        for (const auto& name : bridge32::binary::read_image(file).needed) {
            CAPTURE(name);
            CHECK((name == "bridge32.dll" || bridge32::binary::comes_with_windows(name)));
        }
    }
    CHECK(files > 10);
}

}  // namespace windows_platform_test
