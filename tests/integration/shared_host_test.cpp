// Hosts that many clients attach to by name.
#include <doctest/doctest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "integration/server.hpp"
#include "integration/support.hpp"
#include "os/process.hpp"

namespace shared_host_test {

namespace {

using bridge32::Client;

using test::name;
using test::Server;

}  // namespace

TEST_CASE("shared host: several clients and plugins are served by one process") {
    const auto before = test::segments();
    {
        const Server server(name("several"));
        const auto one = server.connect("echo");
        const auto two = server.connect("echo");
        const auto other = server.connect("throws");

        CHECK(one.call<int>("add", 1, 2) == 3);
        CHECK(two.call<int>("add", 3, 4) == 7);
        CHECK_THROWS_AS(other.call("std_exception"), bridge32::RemoteError);
        CHECK(one.host_info().pid == two.host_info().pid);
        CHECK(one.host_info().pid == other.host_info().pid);
        CHECK(one.host_info().bits == 32);
    }
    CHECK(test::no_segments_but(before));
}

TEST_CASE("shared host: each client has its own instance unless the plugin is shared") {
    const Server server(name("instances"));
    const auto one = server.connect("echo");
    const auto two = server.connect("echo");
    one.call("add", 1, 2);
    one.call("add", 1, 2);
    CHECK(one.get<int>("count") > two.get<int>("count"));

    const auto first = server.connect("shared_counter");
    const auto second = server.connect("shared_counter");
    CHECK(first.call<int>("count_up") == 1);
    CHECK(second.call<int>("count_up") == 2);
    CHECK(first.call<int>("count_up") == 3);
}

TEST_CASE("shared host: a plugin dropped into the folder is found by the next client") {
    const test::TemporaryFolder folder;
    const Server server(name("dropped"), folder.path());
    CHECK_THROWS_AS(server.connect("latecomer"), bridge32::PluginError);

    std::filesystem::copy(test::kPlugins / bridge32::test::plugin_file("echo"),
                          folder.path() / bridge32::test::plugin_file("latecomer"));

    CHECK(server.connect("latecomer").call<int>("add", 1, 2) == 3);
}

TEST_CASE("shared host: a client's end leaves the others alone and shuts its instance down") {
    const test::TemporaryFolder folder;
    const auto log = folder.path() / "log";
    const std::string host = name("leaving");
    const Server server(host);
    const auto stays = server.connect("echo");
    {
        bridge32::ClientOptions options;
        options.kwargs = {{"file", log.string()}};
        const auto leaves = Client::connect(host, "shutdown_order", options);
    }
    std::ifstream file(log);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};

    CHECK(text == "constructor\non_shutdown\ndestructor\nunloaded\n");
    CHECK(stays.call<int>("add", 1, 2) == 3);
}

TEST_CASE("shared host: eight clients at once all get their own answers") {
    const Server server(name("eight"));
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 8; ++thread) {
        threads.emplace_back([&, thread] {
            const auto c = server.connect("echo");
            for (int i = 0; i < 300; ++i) {
                if (c.call<int>("add", thread * 1000, i) != thread * 1000 + i) ++wrong;
            }
            const std::vector<double> values(20'000, thread);
            if (c.call<std::vector<double>>("echo_f64s", values) != values) ++wrong;
        });
    }
    for (auto& thread : threads)
        thread.join();
    CHECK(wrong == 0);
}

TEST_CASE("shared host: no host of that name, and no fit name, are clear errors") {
    CHECK_THROWS_AS(Client::connect("no-such-host", "echo"), bridge32::ConnectionClosed);
    CHECK_THROWS_AS(Client::connect("../escape", "echo"), bridge32::Error);
}

TEST_CASE("shared host: a second one of the same name is refused") {
    const std::string host = name("twice");
    const Server server(host);
    auto second = bridge32::os::ChildProcess::start({test::kHost, {"--serve", host}, {}, {}});
    REQUIRE(second.handle().wait(std::chrono::seconds(10)));
    char text[512] = {};
    CHECK(bridge32::test::read_pipe(second.err(), text, sizeof text - 1) > 0);
    CHECK(std::string(text).find("already running") != std::string::npos);
    CHECK(second.collect().code == 1);
    CHECK(server.connect("echo").call<int>("add", 1, 2) == 3);
}

TEST_CASE("shared host: SIGTERM ends it in order, and clients are told") {
    Server server(name("stopped"));
    const auto c = server.connect("echo");
    server.stop();

    CHECK(server.process().collect().code == 0);
    CHECK_THROWS_AS(c.call("add", 1, 2), bridge32::ConnectionClosed);
}

TEST_CASE("shared host: one that is killed is a HostCrashed, and its name can be taken over") {
    const std::string host = name("killed");
    {
        Server server(host);
        const auto c = server.connect("echo");
        auto waiting = c.async("sleep_ms", 20'000);
        server.kill();
        CHECK_THROWS_AS(waiting.get(), bridge32::HostCrashed);
        CHECK_THROWS_AS(c.call("add", 1, 2), bridge32::ConnectionClosed);
    }
    CHECK_THROWS_AS(Client::connect(host, "echo"), bridge32::ConnectionClosed);

    const Server next(host);
    CHECK(next.connect("echo").call<int>("add", 1, 2) == 3);
}

}  // namespace shared_host_test
