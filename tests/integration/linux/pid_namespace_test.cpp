// Clients and hosts in different PID namespaces, as in containers: neither sees the other's
// process, or sees another one under its number. The link tells of its end then.
#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "integration/process_facts.hpp"
#include "integration/run_program.hpp"
#include "integration/server.hpp"
#include "integration/support.hpp"
#include "os/process.hpp"
#include "wire/control.hpp"

namespace linux_pid_namespace_test {

namespace {

namespace os = bridge32::os;
using bridge32::Client;
using namespace std::chrono_literals;

constexpr const char* kAllSteps =
    "call: done\ncrash: HostCrashed SIGSEGV\nrestart: done\ncall: done\nterminate: done\n"
    "end: done\n";

bool has_namespaces() {
#if defined(__SANITIZE_ADDRESS__)
    MESSAGE("[skipped] LeakSanitizer looks for threads in /proc, which shows those of outside");
    return false;
#endif
    static const bool has =
        ::geteuid() == 0 && std::system("unshare --pid --fork true 2>/dev/null") == 0;
    if (!has) MESSAGE("[skipped] needs root, and a system that lets it make namespaces");
    return has;
}

/// `program` as the first process of a namespace of its own, which ends with it.
os::ChildProcess start_inside(const std::filesystem::path& program,
                              const std::vector<std::string>& arguments) {
    os::ProcessOptions options;
    options.executable = "/usr/bin/unshare";
    options.arguments = {"--pid", "--fork", "--kill-child", program.string()};
    options.arguments.insert(options.arguments.end(), arguments.begin(), arguments.end());
    return os::ChildProcess::start(options);
}

std::filesystem::path odd_client() {
    return std::filesystem::path(BRIDGE32_TEST_PROGRAMS) / "odd_client_linux";
}

std::string next_line(const os::ChildProcess& process) {
    std::string line;
    char letter = 0;
    while (bridge32::test::read_pipe(process.out(), &letter, 1) == 1 && letter != '\n')
        line += letter;
    return line;
}

/// A shared host in a namespace of its own.
class FarServer {
public:
    explicit FarServer(const std::string& name)
        : name_(name),
          process_(start_inside(test::kHost,
                                {"--serve", name, "--plugin-path", test::kPlugins.string()})) {
        REQUIRE(next_line(process_) == "bridge32: serving \"" + name + "\" as process 1");
    }
    const std::string& name() const noexcept { return name_; }
    std::uint32_t clients() const { return bridge32::wire::ControlClient(name_).facts().clients; }

private:
    std::string name_;
    os::ChildProcess process_;
};

}  // namespace

TEST_CASE("PID namespace: a shared host inside serves clients outside, and learns of their end") {
    if (!has_namespaces()) return;
    const FarServer server(test::name("inside"));

    {
        const auto c = Client::connect(server.name(), "calls_back");
        const auto array = c.make_array<double>({100'000});
        CHECK(c.call<int>("add", 1, 2) == 3);
        CHECK(c.call<bridge32::NdArray<const double>>("twice", array).size() == 100'000);
        // The number that it has here, and not its own, which is 1.
        CHECK(std::filesystem::read_symlink(test::proc(c.host_info().pid) / "exe") ==
              std::filesystem::canonical(test::kHost));
    }
    os::ProcessOptions options;
    options.executable = odd_client();
    options.arguments = {"stays", server.name()};
    auto client = os::ChildProcess::start(options);
    REQUIRE_FALSE(next_line(client).empty());
    CHECK(test::eventually([&] { return server.clients() == 1; }));
    client.handle().kill();

    CHECK(test::eventually([&] { return server.clients() == 0; }));
}

TEST_CASE("PID namespace: a crash of a host inside is a HostCrashed outside") {
    if (!has_namespaces()) return;
    for (const char* const how : {"segv", "abort_"}) {
        CAPTURE(how);
        const FarServer server(test::name("crashes"));
        const auto c = Client::connect(server.name(), "crashes");
        try {
            c.with_timeout(20s).call(how);
            FAIL("it has crashed");
        } catch (const bridge32::HostCrashed& e) {
            CHECK(e.cause() == (how == std::string("segv") ? "SIGSEGV" : "SIGABRT"));
        }
    }
}

TEST_CASE("PID namespace: a client inside learns of the end of a shared host outside") {
    if (!has_namespaces()) return;
    test::Server server(test::name("outside"));
    auto client = start_inside(odd_client(), {"from afar", server.name()});
    std::string printed;
    for (std::string line = next_line(client); line != "waits" && !line.empty();
         line = next_line(client))
        printed += line + "\n";

    server.kill();
    os::read_output_until_exit(client, [&](os::Output, std::string_view text) { printed += text; });

    CAPTURE(printed);
    CHECK(printed.starts_with("process: 0\ncall: done\narray: done\nend: done\nagain: done\n"));
    CHECK(printed.find("wait: HostCrashed") != std::string::npos);
    CHECK(printed.ends_with("connect: ConnectionClosed\n"));
}

TEST_CASE("PID namespace: a shared host outside learns of the end of a client inside") {
    if (!has_namespaces()) return;
    const test::Server server(test::name("far-client"));
    const auto clients = [&] {
        return bridge32::wire::ControlClient(server.name()).facts().clients;
    };
    auto client = start_inside(odd_client(), {"stays", server.name()});
    REQUIRE(next_line(client) == "0");
    CHECK(test::eventually([&] { return clients() == 1; }));
    client.handle().kill();

    CHECK(test::eventually([&] { return clients() == 0; }));
}

TEST_CASE("PID namespace: inside, private hosts are as elsewhere") {
    if (!has_namespaces()) return;
    auto client = start_inside(odd_client(), {"ignores SIGCHLD"});
    std::string printed;
    os::read_output_until_exit(client, [&](os::Output, std::string_view text) { printed += text; });

    CHECK(printed == kAllSteps);
}

TEST_CASE(
    "PID namespace: a private host that a script starts inside is like others, and ends too") {
    if (!has_namespaces()) return;
    const test::TemporaryFolder folder;
    const auto script = folder.path() / "host";
    std::ofstream(script) << "#!/bin/sh\nexec unshare --pid --fork '" << test::kHost.string()
                          << "' \"$@\"\n";
    std::filesystem::permissions(script, std::filesystem::perms::owner_all);
    os::ProcessOptions options;
    options.environment = {{"BRIDGE32_HOST", script.string()}};
    options.arguments = {"waits"};
    CHECK(test::run_program("odd_client_linux", options).out == kAllSteps);

    options.executable = std::filesystem::path(BRIDGE32_TEST_PROGRAMS) / "client_to_kill";
    options.arguments = {"busy"};
    auto client = os::ChildProcess::start(options);
    const std::string line = next_line(client);
    REQUIRE_FALSE(line.empty());
    // The program unshare, which ends when the host has.
    const auto host = os::ProcessHandle::of(static_cast<std::uint32_t>(std::stoul(line)));
    client.handle().kill();

    CHECK(host.wait(10s));
}

TEST_CASE(
    "PID namespace: a program that can start no thread, since its children are inside, is told") {
    if (!has_namespaces()) return;
    os::ProcessOptions options;
    options.executable = "/usr/bin/unshare";
    options.arguments = {"--pid", odd_client().string(), "waits"};
    auto client = os::ChildProcess::start(options);
    std::string printed;
    os::read_output_until_exit(client, [&](os::Output, std::string_view text) { printed += text; });

    CAPTURE(printed);
    // Later kernels may allow it.
    CHECK((printed.find("unshare --pid without --fork") != std::string::npos ||
           printed.starts_with("call: done\n")));
}

TEST_CASE("PID namespace: ps and stop say what is known of a host outside") {
    if (!has_namespaces()) return;
    test::Server server(test::name("listed"));
    const auto tool = [](const std::vector<std::string>& arguments) {
        auto process = start_inside(test::kBin / "bridge32", arguments);
        std::string printed;
        os::read_output_until_exit(process,
                                   [&](os::Output, std::string_view text) { printed += text; });
        return printed;
    };

    const auto listed = tool({"ps"});
    CAPTURE(listed);
    const auto row = listed.find(server.name());
    REQUIRE(row != std::string::npos);
    CHECK(listed.find_first_not_of(' ', row + server.name().size()) ==
          listed.find('?', row));  // its process
    CHECK(tool({"stop", server.name()}) ==
          server.name() + ": asked to stop; it runs in another PID namespace\n");
    CHECK(server.process().handle().wait(10s));
}

}  // namespace linux_pid_namespace_test
