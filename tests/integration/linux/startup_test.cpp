// How a private host starts, and how a start that fails explains itself.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>

#include "integration/support.hpp"

namespace linux_startup_test {

namespace {

using bridge32::StartupError;

/// A program of a few lines in place of the host.
std::filesystem::path script(const test::TemporaryFolder& folder, const std::string& body) {
    const auto path = folder.path() / "host";
    std::ofstream(path) << "#!/bin/sh\n" << body << "\n";
    ::chmod(path.c_str(), 0755);
    return path;
}

std::string start_error(const bridge32::ClientOptions& options) {
    try {
        bridge32::Client("echo", options);
    } catch (const StartupError& e) {
        return e.what();
    }
    FAIL("did not throw");
    return {};
}

}  // namespace

TEST_CASE("startup: a host executable that is not executable is named") {
    const test::TemporaryFolder folder;
    auto options = test::options();
    options.host_executable = script(folder, "exit 0");
    ::chmod(options.host_executable.c_str(), 0644);
    CHECK(start_error(options).find("not executable") != std::string::npos);
}

TEST_CASE("startup: a host that exits at once tells its exit code and what it printed") {
    const auto before = test::segments();
    const test::TemporaryFolder folder;
    auto options = test::options();
    options.host_executable = script(folder, "echo no licence >&2; exit 7");
    try {
        bridge32::Client("echo", options);
        FAIL("did not throw");
    } catch (const StartupError& e) {
        const std::string text = e.what();
        CAPTURE(text);
        CHECK(text.find("exit code 7") != std::string::npos);
        CHECK(text.find("no licence") != std::string::npos);
        CHECK(e.output() == "no licence\n");
    }
    CHECK(test::no_segments_but(before));
}

TEST_CASE("startup: a host that never answers is ended after startup_timeout") {
    const auto before = test::segments();
    const test::TemporaryFolder folder;
    auto options = test::options();
    options.startup_timeout = std::chrono::milliseconds(300);
    options.host_executable =
        script(folder, "echo $$ > " + (folder.path() / "pid").string() + "; exec sleep 60");
    const auto start = std::chrono::steady_clock::now();

    CHECK(start_error(options).find("startup_timeout of 0.300 s") != std::string::npos);

    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
    std::string pid;
    std::ifstream(folder.path() / "pid") >> pid;
    REQUIRE_FALSE(pid.empty());
    CHECK_FALSE(std::filesystem::exists("/proc/" + pid));
    CHECK(test::no_segments_but(before));
}

TEST_CASE("startup: library_path is prepended to the host's library search") {
    auto options = test::options();
    options.library_path = {test::kLibraries / "32"};
    options.kwargs = {{"library", "plain"}};
    const bridge32::Client c("loads", options);

    CHECK(c.get<std::string>("path") == (test::kLibraries / "32" / "libplain.so").string());
}

TEST_CASE("startup: a dependency in library_path is found by the system's loader") {
    auto options = test::options();
    options.kwargs = {{"library", (test::kLibraries / "32" / "libneighbour.so").string()}};
    CHECK_THROWS_WITH_AS(bridge32::Client("loads", options), doctest::Contains("library_path"),
                         bridge32::PluginError);

    options.library_path = {test::kLibraries / "32"};

    CHECK_NOTHROW(bridge32::Client("loads", options));
}

TEST_CASE(
    "startup: a 64-bit library in LD_PRELOAD is not for a 32-bit host, and not complained of") {
#if defined(__SANITIZE_ADDRESS__)
    MESSAGE("[skipped] ASan must be the first library of all");
    return;
#endif
    const auto libraries = test::kLibraries;
    auto options = test::options();
    options.environment = {{"LD_PRELOAD", (libraries / "64" / "libplain.so").string() + ":" +
                                              (libraries / "32" / "libplain.so").string()}};
    bridge32::Client c("echo", options);

    CHECK(c.call<std::string>("environment", "LD_PRELOAD") ==
          (libraries / "32" / "libplain.so").string());
    const auto streams = c.shutdown();
    CHECK(streams.out == "");
    CHECK(streams.err == "");
}

TEST_CASE("startup: libraries with text relocations and executable stacks can be used") {
    for (const char* library : {"libtext_relocations.so", "libexecutable_stack.so"}) {
        CAPTURE(library);
        auto options = test::options();
        options.kwargs = {{"library", (test::kLibraries / "32" / library).string()}};
        CHECK_NOTHROW(bridge32::Client("loads", options));
    }
}

TEST_CASE("startup: a library that a plugin is linked to is found in the plugin's folder") {
    const test::TemporaryFolder folder;
    const auto copy = [&](const std::filesystem::path& file) {
        std::filesystem::copy(file, folder.path() / file.filename());
    };
    copy(test::kPlugins / "linked_linux.b32.so");
    copy(test::kLibraries / "32" / "libplain.so");
    bridge32::ClientOptions options;
    options.plugin_path = folder.path();

    CHECK(bridge32::Client("linked_linux", options).call<int>("add", 1, 2) == 3);
}

}  // namespace linux_startup_test
