// What a shared host prints, in a file that is rotated.
#include <doctest/doctest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "integration/process_facts.hpp"
#include "integration/server.hpp"
#include "integration/support.hpp"
#include "os/process.hpp"
#include "wire/control.hpp"

namespace linux_shared_host_log_test {

namespace {

namespace os = bridge32::os;

std::string content(const std::filesystem::path& file) {
    std::stringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

/// A host that prints to `log`, as the shell starts it after `before`.
class Logging {
public:
    Logging(const std::string& name, const std::filesystem::path& log, const std::string& before)
        : process_(start(name, log, before)) {
        REQUIRE(test::eventually([&] {
            try {
                return bridge32::wire::ControlClient(name).host_pid() != 0;
            } catch (const bridge32::Error&) {
                return false;
            }
        }));
    }
    pid_t pid() const noexcept { return static_cast<pid_t>(process_.pid()); }
    void stop() {
        CHECK(::kill(pid(), SIGTERM) == 0);
        CHECK(process_.handle().wait(std::chrono::seconds(10)));
    }

private:
    static os::ChildProcess start(const std::string& name, const std::filesystem::path& log,
                                  const std::string& before) {
        os::ProcessOptions shell;
        shell.executable = "/bin/sh";
        shell.arguments = {"-c", before + " '" + test::kHost.string() + "' --serve " + name +
                                     " --plugin-path '" + test::kPlugins.string() + "' >> '" +
                                     log.string() + "' 2>&1"};
        shell.environment = {{"BRIDGE32_LOG", "info"}};
        return os::ChildProcess::start(shell);
    }

    os::ChildProcess process_;
};

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
    const auto before = ::signal(SIGHUP, SIG_DFL);  // the tests may run under nohup
    Logging host(name, log, "exec");
    ::signal(SIGHUP, before);

    std::filesystem::rename(log, old);
    CHECK(::kill(host.pid(), SIGHUP) == 0);
    CHECK(test::eventually([&] { return std::filesystem::exists(log); }));
    bridge32::Client::connect(name, "echo").shutdown();

    CHECK(test::eventually([&] { return content(log).find("opening") != std::string::npos; }));
    CHECK(content(old).find("opening") == std::string::npos);
    host.stop();
}

TEST_CASE("shared host: under nohup SIGHUP is ignored") {
    const test::TemporaryFolder folder;
    const auto log = folder.path() / "host.log";
    const std::string name = test::name("nohup");
    Logging host(name, log, "exec nohup");
    std::filesystem::remove(log);

    CHECK(::kill(host.pid(), SIGHUP) == 0);
    CHECK(test::ignores(static_cast<std::uint32_t>(host.pid()), SIGHUP));

    CHECK(bridge32::Client::connect(name, "echo").call<int>("add", 1, 2) == 3);
    CHECK_FALSE(std::filesystem::exists(log));
    host.stop();
}

TEST_CASE("shared host: a log that has reached `ulimit -f` does not end it") {
    const test::TemporaryFolder folder;
    const auto log = folder.path() / "host.log";
    std::ofstream(log) << std::string(64 * 1024, '.');
    const std::string name = test::name("full-log");
    Logging host(name, log, "ulimit -f 128; exec");  // of 512 bytes

    CHECK(bridge32::Client::connect(name, "echo").call<int>("add", 1, 2) == 3);
    CHECK(std::filesystem::file_size(log) == 64 * 1024);
    host.stop();
}

}  // namespace linux_shared_host_log_test
