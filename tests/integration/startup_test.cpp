// How a private host starts, and how a start that fails explains itself.
#include <doctest/doctest.h>

#include "integration/support.hpp"
#include "os/path.hpp"

namespace startup_test {

namespace {

using bridge32::StartupError;

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

TEST_CASE("startup: a constructor that hangs is ended after startup_timeout") {
    auto options = test::options();
    options.startup_timeout = std::chrono::seconds(2);
    options.kwargs = {{"how", "hang"}};
    try {
        bridge32::Client("bad_constructor", options);
        FAIL("did not throw");
    } catch (const StartupError& e) {
        CHECK(std::string(e.what()).find("constructor of bad_constructor") != std::string::npos);
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

TEST_CASE("startup: a working directory that does not exist is named") {
    auto options = test::options();
    options.working_directory = "/no/such/folder";
    CHECK(start_error(options).find("/no/such/folder") != std::string::npos);
}

TEST_CASE("startup: plugin_path may be one folder, several, or a list in one text") {
    bridge32::ClientOptions options;
    options.plugin_path = "/no/such/folder" + std::string(1, bridge32::os::kPathListSeparator) +
                          test::kPlugins.string();
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
    CHECK_FALSE(bridge32::test::is_running(pid));
}

TEST_CASE("startup: in process, the same plugin answers without a host") {
    auto options = test::options();
    options.mode = bridge32::Mode::in_process;
    options.kwargs = {{"gain", 2.5}};
    bridge32::Client c("echo", options);

    CHECK(c.call<int>("add", 1, 2) == 3);
    CHECK(c.call<std::uint32_t>("pid") == bridge32::os::own_pid());
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

}  // namespace startup_test
