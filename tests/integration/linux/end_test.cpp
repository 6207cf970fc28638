// How hosts end: in order, by a crash, or because their client died.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>
#include <vector>

#include "integration/process_facts.hpp"
#include "integration/server.hpp"
#include "integration/support.hpp"
#include "os/process.hpp"
#include "os/user_folder.hpp"
#include "support/linux/without_pidfd.hpp"

namespace linux_end_test {

namespace {

using bridge32::Client;

// What is promised is a second. A sanitizer takes its time over the end of a process.
#if defined(__SANITIZE_ADDRESS__)
constexpr std::chrono::seconds kOrphansLife{4};
#else
constexpr std::chrono::seconds kOrphansLife{1};
#endif

std::string content(const std::filesystem::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Does it run? A process that has ended stays listed until its parent, or who adopted it,
/// collects its status.
bool process_exists(std::uint32_t pid) {
    const std::string stat = content("/proc/" + std::to_string(pid) + "/stat");
    const auto name_end = stat.rfind(')');
    return name_end != std::string::npos && stat.compare(name_end, 3, ") Z") != 0;
}

}  // namespace

TEST_CASE("end: shutdown runs on_shutdown, then the destructor, then the process ends") {
    const auto before = test::segments();
    const test::TemporaryFolder folder;
    const auto log = folder.path() / "log";
    auto options = test::options();
    options.kwargs = {{"file", log.string()}};
    bridge32::Client c("shutdown_order", options);
    const auto pid = c.host_info().pid;

    c.shutdown();

    CHECK(content(log) == "constructor\non_shutdown\ndestructor\nunloaded\n");
    CHECK_FALSE(process_exists(pid));
    CHECK(test::no_segments_but(before));
}

TEST_CASE("end: destroying a client shuts down in order too") {
    const test::TemporaryFolder folder;
    const auto log = folder.path() / "log";
    auto options = test::options();
    options.kwargs = {{"file", log.string()}};
    { const bridge32::Client c("shutdown_order", options); }

    CHECK(content(log) == "constructor\non_shutdown\ndestructor\nunloaded\n");
}

TEST_CASE("end: shutdown returns all that was printed in both streams") {
    auto c = test::client("echo");
    const std::string line(99, '.');
    c.call("print", line + "\n", false, 10'000);
    c.call("print", "to stderr\n", true);
    const auto streams = c.shutdown();

    CHECK(streams.out.size() == 1'000'000);
    CHECK(streams.err == "to stderr\n");
}

TEST_CASE("end: of more than a megabyte, shutdown returns the beginning and the end") {
    auto c = test::client("echo");
    c.call("print", "first\n");
    c.call("print", std::string(99, '.') + "\n", false, 50'000);
    c.call("print", "last\n");
    const std::string out = c.shutdown().out;

    CHECK(out.size() > 1'000'000);
    CHECK(out.size() < 1'100'000);
    CHECK(out.starts_with("first\n"));
    CHECK(out.ends_with("last\n"));
    // What was printed and is not there is counted: 5,000,011 bytes and two halves of a MiB.
    CHECK(out.find(std::to_string(5'000'011 - (1 << 20))) != std::string::npos);
}

TEST_CASE("end: on_output gets what is printed while the host runs") {
    std::mutex mutex;
    std::string out;
    std::string err;
    auto options = test::options();
    options.on_output = [&](bridge32::Stream stream, std::string_view text) {
        const std::lock_guard lock(mutex);
        (stream == bridge32::Stream::out ? out : err) += text;
    };
    const bridge32::Client c("echo", options);
    c.call("print", "live\n");
    c.call("print", "trouble\n", true);

    CHECK(test::eventually([&] {
        const std::lock_guard lock(mutex);
        return out == "live\n" && err == "trouble\n";
    }));
}

TEST_CASE("end: a plugin that does not shut down in time is killed") {
    auto options = test::options();
    options.shutdown_timeout = std::chrono::milliseconds(200);
    bridge32::Client c("crashes", options);
    const auto pid = c.host_info().pid;
    CHECK_THROWS_AS(c.with_timeout(std::chrono::milliseconds(50)).call("hang"),
                    bridge32::TimeoutError);
    const auto start = std::chrono::steady_clock::now();

    c.shutdown();

    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
    CHECK_FALSE(process_exists(pid));
}

TEST_CASE("end: with restart on_crash the next call has a new host with the same kwargs") {
    auto options = test::options();
    options.restart = bridge32::Restart::on_crash;
    options.kwargs = {{"gain", 3}};
    const bridge32::Client c("echo", options);
    const auto pid = c.host_info().pid;
    ::kill(static_cast<pid_t>(pid), SIGKILL);
    // A call that begins in the instant of the death is one in flight: it fails, once.
    try {
        c.call<int>("add", 1, 2);
    } catch (const bridge32::HostCrashed& e) {
        CHECK(e.cause() == "SIGKILL");
    }

    CHECK(c.call<int>("add", 1, 2) == 3);
    CHECK(c.get("kwargs") == options.kwargs);
    CHECK(c.host_info().pid != pid);
}

TEST_CASE("end: futures of a host that died throw HostCrashed") {
    const auto c = test::client("crashes");
    auto waiting = c.async("hang");
    ::kill(static_cast<pid_t>(c.host_info().pid), SIGKILL);

    CHECK_THROWS_AS(waiting.get(), bridge32::HostCrashed);
}

TEST_CASE("end: a killed client leaves no host and no segment") {
    for (const std::string what : {"idle", "busy", "idle without pidfd"}) {
        CAPTURE(what);
        const auto before = test::segments();
        const std::string program =
            (std::filesystem::path(BRIDGE32_TEST_PROGRAMS) / "client_to_kill").string();
        int ends[2];
        REQUIRE(::pipe(ends) == 0);
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            ::dup2(ends[1], STDOUT_FILENO);
            if (what.ends_with("without pidfd")) bridge32::test::pretend_no_pidfd();
            ::execl(program.c_str(), program.c_str(), what.substr(0, 4).c_str(), nullptr);
            ::_exit(127);
        }
        ::close(ends[1]);
        std::string line;
        char letter = 0;
        while (::read(ends[0], &letter, 1) == 1 && letter != '\n')
            line += letter;
        ::close(ends[0]);
        REQUIRE_FALSE(line.empty());
        const auto host = static_cast<std::uint32_t>(std::stoul(line));
        REQUIRE(process_exists(host));

        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);

        CHECK(test::eventually([&] { return !process_exists(host); }, kOrphansLife));
        CHECK(test::no_segments_but(before));
    }
}

TEST_CASE("end: client and host killed in one instant leave nothing") {
    const auto before = test::segments();
    const auto start = [](bool in_dev_shm, const std::string& shared_host) {
        bridge32::os::ProcessOptions options;
        options.executable = std::filesystem::path(BRIDGE32_TEST_PROGRAMS) / "client_to_kill";
        options.arguments = {"arrays"};
        if (!shared_host.empty()) options.arguments.push_back(shared_host);
        options.own_session = true;
        if (in_dev_shm) options.environment = {{"BRIDGE32_SHARED_MEMORY", "dev_shm"}};
        return bridge32::os::ChildProcess::start(options);
    };
    const auto hosts_pid = [](const bridge32::os::ChildProcess& client) {
        std::string line;
        char letter = 0;
        while (bridge32::test::read_pipe(client.out(), &letter, 1) == 1 && letter != '\n')
            line += letter;
        REQUIRE_FALSE(line.empty());
        return static_cast<pid_t>(std::stoul(line));
    };
    SUBCASE("a private one") {
        for (int i = 0; i < 12; ++i) {
            CAPTURE(i);
            auto client = start(/*in_dev_shm=*/i % 2 == 1, "");
            const auto pid = static_cast<pid_t>(client.pid());
            const pid_t host = hosts_pid(client);
            const std::array<pid_t, 2> victims = i % 3 == 0   ? std::array{pid, host}
                                                 : i % 3 == 1 ? std::array{host, pid}
                                                              : std::array{-pid, host};

            for (const pid_t victim : victims)
                ::kill(victim, SIGKILL);

            CHECK(client.handle().wait(std::chrono::seconds(10)));
            CHECK(test::eventually(
                [&] { return !process_exists(static_cast<std::uint32_t>(host)); }));
        }
    }
    SUBCASE("a shared one, whose name another can take") {
        const std::string name = test::name("killed");
        for (int i = 0; i < 3; ++i) {
            test::Server server(name);
            auto client = start(/*in_dev_shm=*/false, name);
            hosts_pid(client);

            client.handle().kill();
            server.kill();

            CHECK(client.handle().wait(std::chrono::seconds(10)));
        }
        test::Server server(name);
        CHECK(server.connect("echo").call<int>("add", 1, 2) == 3);
        server.stop();
        const auto folder = bridge32::os::user_runtime_folder();
        CHECK_FALSE(std::filesystem::exists(folder / (name + ".host")));
        CHECK_FALSE(std::filesystem::exists(folder / (name + ".socket")));
    }
    CHECK(test::no_segments_but(before));
}

TEST_CASE("end: a kernel without pidfd does as well") {
    const auto before = test::segments();
    std::uint32_t pid = 0;
    int sum = 0;
    std::string cause;
    bool restarted = false;
    const auto with_a_host_that_dies = [&] {
        auto options = test::options();
        options.restart = bridge32::Restart::on_crash;
        bridge32::Client c("crashes", options);
        pid = c.host_info().pid;
        try {
            c.call("segv");
        } catch (const bridge32::HostCrashed& e) {
            cause = e.cause();
        }
        sum = c.call<int>("add", 1, 2);
        restarted = c.host_info().pid != pid;
        pid = c.host_info().pid;
        c.terminate();
    };

    std::thread([&] {
        bridge32::test::pretend_no_pidfd();  // where it cannot, the test is one of many others
        with_a_host_that_dies();
    }).join();

    CHECK(cause == "SIGSEGV");
    CHECK(sum == 3);
    CHECK(restarted);
    CHECK_FALSE(process_exists(pid));
    CHECK(test::no_segments_but(before));
}

TEST_CASE("end: an old host goes with its last call, while other calls go on") {
    Client c = test::client("echo");
    const auto descriptors = test::descriptors(bridge32::os::own_pid());
    std::atomic<bool> stop{false};
    std::atomic<int> sums{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            while (!stop) {
                try {
                    if (c.call<int>("add", 1, 2) == 3) ++sums;
                } catch (const bridge32::ConnectionClosed&) {
                    // In the moment of a restart.
                }
            }
        });
    }
    for (int i = 0; i < 10; ++i) {
        c.restart();
        const int before = sums;
        CHECK(test::eventually([&] { return sums > before + 10; }));
    }

    // While they call: the current host's, and of one or two others whose last call ends just now.
    CHECK(test::eventually(
        [&] { return test::descriptors(bridge32::os::own_pid()) <= descriptors + 3; }));
    stop = true;
    for (auto& thread : threads)
        thread.join();
}

TEST_CASE("end: fifty clients leave no descriptor and no thread behind") {
    const auto count = [](const char* folder) {
        return std::distance(std::filesystem::directory_iterator(folder),
                             std::filesystem::directory_iterator());
    };
    { const auto warm_up = test::client("echo"); }
    const auto descriptors = count("/proc/self/fd");
    const auto threads = count("/proc/self/task");
    for (int i = 0; i < 50; ++i) {
        const auto c = test::client("echo");
        CHECK(c.call<int>("add", i, 1) == i + 1);
    }

    {
        auto c = test::client("echo");
        c.shutdown();
        CHECK_THROWS_AS(c.async<int>("add", 1, 2), bridge32::ConnectionClosed);
    }

    CHECK(count("/proc/self/fd") == descriptors);
    CHECK(count("/proc/self/task") == threads);
}

}  // namespace linux_end_test
