// How a private host starts, and how a start that fails explains itself.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>

#include "integration/support.hpp"

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

TEST_CASE("startup: a host executable that is missing is named") {
    auto options = test::options();
    options.host_executable = "/no/such/host32";
    CHECK(start_error(options).find("/no/such/host32") != std::string::npos);
}

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

TEST_CASE("startup: a constructor that hangs is ended after startup_timeout") {
    auto options = test::options();
    options.startup_timeout = std::chrono::milliseconds(300);
    try {
        bridge32::Client("hangs_in_constructor", options);
        FAIL("did not throw");
    } catch (const StartupError& e) {
        CHECK(std::string(e.what()).find("constructor of hangs_in_constructor") !=
              std::string::npos);
    }
}

TEST_CASE("startup: the host gets environment and working directory") {
    const test::TemporaryFolder folder;
    auto options = test::options();
    options.environment = {{"BRIDGE32_TEST_VALUE", "with = and space"}};
    options.working_directory = folder.path();
    const bridge32::Client c("echo", options);

    CHECK(c.call<std::string>("environment", "BRIDGE32_TEST_VALUE") == "with = and space");
    CHECK(c.call<std::string>("working_directory") ==
          std::filesystem::canonical(folder.path()).string());
}

TEST_CASE("startup: a working directory that is none is named") {
    auto options = test::options();
    options.working_directory = "/no/such/folder";
    CHECK(start_error(options).find("/no/such/folder") != std::string::npos);
}

TEST_CASE("startup: library_path is prepended to the host's library search") {
    auto options = test::options();
    options.library_path = {test::kLibraries / "32"};
    options.kwargs = {{"library", "plain"}};
    const bridge32::Client c("loads", options);

    CHECK(c.get<std::string>("path") == (test::kLibraries / "32" / "libplain.so").string());
}

TEST_CASE("startup: plugin_path may be one folder, several, or a list in one text") {
    bridge32::ClientOptions options;
    options.plugin_path = "/no/such/folder:" + test::kPlugins.string();
    CHECK(bridge32::Client("echo", options).call<int>("add", 1, 2) == 3);
    options.plugin_path = {"/no/such/folder", test::kPlugins};
    CHECK(bridge32::Client("echo", options).call<int>("add", 1, 2) == 3);
}

TEST_CASE("startup: a client can be moved, and the moved one works") {
    auto one = test::client("echo");
    const auto pid = one.host_info().pid;
    auto two = std::move(one);
    CHECK(two.call<std::uint32_t>("pid") == pid);

    two = test::client("echo");  // the first host ends here

    CHECK(two.call<std::uint32_t>("pid") != pid);
    CHECK_FALSE(std::filesystem::exists("/proc/" + std::to_string(pid)));
}

TEST_CASE("startup: in process, the same plugin answers without a host") {
    auto options = test::options();
    options.mode = bridge32::Mode::in_process;
    options.kwargs = {{"gain", 2.5}};
    bridge32::Client c("echo", options);

    CHECK(c.call<int>("add", 1, 2) == 3);
    CHECK(c.call<std::uint32_t>("pid") == static_cast<std::uint32_t>(::getpid()));
    CHECK(c.host_info().bits == 64);
    CHECK(c.get("kwargs") == options.kwargs);
    const std::vector<double> values{1, 2, 3};
    CHECK(c.call<std::vector<double>>("echo_f64s", values) == values);
    CHECK_THROWS_AS(c.call("add", 1), bridge32::InvalidArgument);
    CHECK_THROWS_AS(c.call("ad", 1, 2), bridge32::MethodNotFound);
    CHECK(c.async<int>("add", 2, 2).get() == 4);
    c.notify("add", 1, 1);
    c.shutdown();
    CHECK_THROWS_AS(c.call("add", 1, 2), bridge32::ConnectionClosed);
}
