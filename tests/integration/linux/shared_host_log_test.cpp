// What a shared host prints, in a file that is rotated.
#include <doctest/doctest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "integration/server.hpp"
#include "integration/support.hpp"
#include "os/process.hpp"

namespace linux_shared_host_log_test {

namespace {

namespace os = bridge32::os;

std::string content(const std::filesystem::path& file) {
    std::stringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

}  // namespace

TEST_CASE("shared host: SIGHUP does not end it") {
    test::Server server(test::name("hangup"));
    const auto c = server.connect("echo");

    CHECK(::kill(static_cast<pid_t>(server.process().pid()), SIGHUP) == 0);

    CHECK(c.call<int>("add", 1, 2) == 3);
    CHECK(server.connect("echo").call<int>("add", 3, 4) == 7);
    CHECK(server.process().handle().alive());
}

TEST_CASE("shared host: SIGHUP reopens the file that it prints to") {
    const test::TemporaryFolder folder;
    const auto log = folder.path() / "host.log";
    const auto old = folder.path() / "host.log.1";
    const std::string name = test::name("rotates");
    os::ProcessOptions shell;
    shell.executable = "/bin/sh";
    shell.arguments = {"-c", "exec '" + test::kHost.string() + "' --serve " + name +
                                 " --plugin-path '" + test::kPlugins.string() + "' > '" +
                                 log.string() + "' 2>&1"};
    shell.environment = {{"BRIDGE32_LOG", "info"}};
    auto host = os::ChildProcess::start(shell);
    REQUIRE(test::eventually([&] { return content(log).find("serving") != std::string::npos; }));

    std::filesystem::rename(log, old);
    CHECK(::kill(static_cast<pid_t>(host.pid()), SIGHUP) == 0);
    CHECK(test::eventually([&] { return std::filesystem::exists(log); }));
    bridge32::Client::connect(name, "echo").shutdown();

    CHECK(test::eventually([&] { return content(log).find("opening") != std::string::npos; }));
    CHECK(content(old).find("opening") == std::string::npos);
    CHECK(::kill(static_cast<pid_t>(host.pid()), SIGTERM) == 0);
    CHECK(host.handle().wait(std::chrono::seconds(10)));
}

}  // namespace linux_shared_host_log_test
