// What a program may do that has a client, and what must come of it: the right error, no wait
// without a limit, and nothing left behind.
#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "integration/process_facts.hpp"
#include "integration/run_program.hpp"
#include "integration/server.hpp"
#include "integration/support.hpp"
#include "wire/control.hpp"

namespace linux_odd_client_test {

namespace {

namespace os = bridge32::os;
using bridge32::Client;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// What the program prints that does `what`, with a shared host if one is named.
std::string odd_client(const std::string& what, const std::string& host = {}) {
    os::ProcessOptions options;
    options.arguments = {what};
    if (!host.empty()) options.arguments.push_back(host);
    const auto begin = Clock::now();
    const auto ran = test::run_program("odd_client_linux", options);
    CHECK(Clock::now() - begin < 30s);
    CHECK(ran.code == 0);
    return ran.out;
}

std::set<std::string> tasks() {
    std::set<std::string> result;
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task"))
        result.insert(task.path().filename().string());
    return result;
}

/// The signals that a thread blocks, a bit for each.
std::uint64_t blocked(const std::string& task) {
    std::ifstream status("/proc/self/task/" + task + "/status");
    for (std::string word; status >> word;) {
        if (word == "SigBlk:" && status >> word) return std::stoull(word, nullptr, 16);
    }
    return 0;
}

}  // namespace

TEST_CASE("odd client: when its process becomes another program, the host ends") {
    for (const char* what : {"exec", "exec busy"}) {
        CAPTURE(what);
        os::ProcessOptions options;
        options.executable = std::filesystem::path(BRIDGE32_TEST_PROGRAMS) / "odd_client_linux";
        options.arguments = {what};
        auto program = os::ChildProcess::start(options);
        std::string line;
        char letter = 0;
        while (bridge32::test::read_pipe(program.out(), &letter, 1) == 1 && letter != '\n')
            line += letter;
        REQUIRE_FALSE(line.empty());

        const auto host = static_cast<std::uint32_t>(std::stoul(line));
        CHECK(test::eventually([&] {
            try {
                return !os::ProcessHandle::of(host).alive();
            } catch (const bridge32::Error&) {
                return true;
            }
        }));
        CHECK(program.handle().alive());
        program.handle().kill();
    }
}

TEST_CASE("odd client: when its process becomes another program, a shared host lets it go") {
    const test::Server server(test::name("exec"));
    os::ProcessOptions options;
    options.executable = std::filesystem::path(BRIDGE32_TEST_PROGRAMS) / "odd_client_linux";
    options.arguments = {"exec", server.name()};
    auto program = os::ChildProcess::start(options);
    char letter = 0;
    REQUIRE(bridge32::test::read_pipe(program.out(), &letter, 1) == 1);

    CHECK(test::eventually(
        [&] { return bridge32::wire::ControlClient(server.name()).facts().clients == 0; }));
    CHECK(program.handle().alive());
    program.handle().kill();
}

TEST_CASE("odd client: one that closes descriptors learns so, and keeps what it opens then") {
    const auto check = [](const std::string& printed) {
        CAPTURE(printed);
        CHECK(printed.find("large: done") == std::string::npos);
        CHECK(printed.find("HostCrashed") == std::string::npos);
        CHECK(printed.find("end: done") != std::string::npos);
        CHECK(printed.find("again: done") != std::string::npos);
        CHECK(printed.find("lost: 0") != std::string::npos);
    };
    check(odd_client("closes descriptors"));
    const test::Server server(test::name("closes"));
    check(odd_client("closes descriptors", server.name()));
}

TEST_CASE("odd client: who collects its children does not matter") {
    for (const char* what : {"ignores SIGCHLD", "waits"}) {
        CHECK(odd_client(what) ==
              "call: done\ncrash: HostCrashed SIGSEGV\nrestart: done\ncall: done\nterminate: done\n"
              "end: done\n");
    }
}

TEST_CASE("odd client: one that gives up its rights calls on, and its host ends all the same") {
    if (::geteuid() != 0) {
        MESSAGE("[skipped] needs root");
        return;
    }
    const std::string printed = odd_client("gives up rights");
    CAPTURE(printed);
    CHECK(printed.find("call: done\n") == 0);
    CHECK(printed.find("end: done\n") != std::string::npos);
}

TEST_CASE("odd client: limits of its user are errors that name them") {
    CHECK(odd_client("few bytes").find("ulimit -f") != std::string::npos);
    CHECK(odd_client("few descriptors").find("ulimit -n") != std::string::npos);
}

TEST_CASE("odd client: whichever process or thread is one too many, the error names the limit") {
    if (::geteuid() != 0) {
        MESSAGE("[skipped] needs root");
        return;
    }
    std::istringstream printed(odd_client("few processes"));
    int lines = 0;
    int refused = 0;
    std::string last;
    for (std::string line; std::getline(printed, line); ++lines) {
        CAPTURE(line);
        last = line;
        if (line == "unreadable") {
            MESSAGE("[skipped] other users cannot read " << BRIDGE32_TEST_PLUGINS);
            return;
        }
        if (line.ends_with(": done")) continue;
        ++refused;
        CHECK(line.find("ulimit -u") != std::string::npos);
    }
    CHECK(lines == 12);
    CHECK(refused >= 2);
    CHECK(last == "12: done");
}

TEST_CASE("odd client: a trace that reaches `ulimit -f` does not end the program") {
    const test::TemporaryFolder folder;
    os::ProcessOptions options;
    options.arguments = {"few bytes later"};
    options.environment = {{"BRIDGE32_TRACE", (folder.path() / "trace.json").string()}};

    const auto ran = test::run_program("odd_client_linux", options);

    CHECK(ran.code == 0);
    CHECK(ran.out == "calls: done\n");
}

TEST_CASE("odd client: under nohup neither it nor its host ends when the terminal does") {
    os::ProcessOptions options;
    options.executable = "/usr/bin/nohup";
    options.arguments = {
        (std::filesystem::path(BRIDGE32_TEST_PROGRAMS) / "odd_client_linux").string(), "stays"};
    auto program = os::ChildProcess::start(options);
    std::string line;
    char letter = 0;
    while (bridge32::test::read_pipe(program.out(), &letter, 1) == 1 && letter != '\n')
        line += letter;
    REQUIRE_FALSE(line.empty());
    const auto host = static_cast<std::uint32_t>(std::stoul(line));
    const auto process = os::ProcessHandle::of(host);

    ::kill(static_cast<pid_t>(program.pid()), SIGHUP);
    ::kill(static_cast<pid_t>(host), SIGHUP);

    CHECK(test::ignores(program.pid(), SIGHUP));
    CHECK(test::ignores(host, SIGHUP));
    CHECK_FALSE(process.wait(100ms));
    CHECK(program.handle().alive());
}

TEST_CASE("odd client: our threads get none of the program's signals") {
    const auto before = tasks();
    Client c = test::client("echo");
    c.on_event("nothing", [] {});
    std::size_t ours = 0;
    for (const auto& task : tasks()) {
        if (before.contains(task)) continue;
        ++ours;
        // While the C library starts a thread, it blocks all.
        const auto faults_come = [&] {
            const std::uint64_t mask = blocked(task);
            bool come = true;
            for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT})
                come = come && (mask >> (fault - 1) & 1) == 0;
            return come;
        };
        CHECK(test::eventually(faults_come));
        const std::uint64_t mask = blocked(task);
        for (const int one : {SIGTERM, SIGINT, SIGHUP, SIGCHLD, SIGALRM, SIGUSR1, SIGPROF, SIGXFSZ})
            CHECK((mask >> (one - 1) & 1) == 1);
    }
    CHECK(ours >= 2);
}

}  // namespace linux_odd_client_test
