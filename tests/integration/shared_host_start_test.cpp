// Shared hosts: started by their clients, and what they were told when they were started.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "integration/server.hpp"
#include "integration/support.hpp"
#include "os/process.hpp"

namespace shared_host_start_test {

namespace {

using bridge32::Client;
using test::name;
using test::Server;
using namespace std::chrono_literals;

bridge32::ClientOptions starting() {
    auto options = test::options();
    options.start_host = true;
    options.host_idle_timeout = 300ms;  // so that none outlives its test for long
    return options;
}

/// Waits for the end of a host that is nobody's child.
void wait_for_end(std::uint32_t pid) {
    try {
        const auto host = bridge32::os::ProcessHandle::of(pid);
        REQUIRE(host.wait(10s));
    } catch (const bridge32::Error&) {
        // It has gone already.
    }
}

}  // namespace

TEST_CASE("shared host: the first client starts it, others find it, and it outlives them") {
    const auto before = test::segments();
    const std::string lab = name("started");
    std::uint32_t pid = 0;
    {
        auto options = starting();
        options.host_idle_timeout = 2s;
        const auto first = Client::connect(lab, "echo", options);
        pid = first.host_info().pid;
        CHECK(first.call<int>("add", 1, 2) == 3);
    }
    {
        const auto second = Client::connect(lab, "echo");
        CHECK(second.host_info().pid == pid);
        CHECK(second.call<int>("add", 1, 2) == 3);
    }
    wait_for_end(pid);
    CHECK_THROWS_AS(Client::connect(lab, "echo"), bridge32::ConnectionClosed);
    CHECK(test::no_segments_but(before));
}

TEST_CASE("client/README.md: the first client starts the shared host") {
    const std::string lab = name("readme");
    const auto path = test::kPlugins;
    std::uint32_t pid = 0;
    {
        // [start]
        bridge32::ClientOptions options;
        options.plugin_path = path;
        options.start_host = true;
        options.host_idle_timeout = std::chrono::seconds(1);
        auto c = bridge32::Client::connect(lab, "echo", options);
        // [start end]
        pid = c.host_info().pid;
        CHECK(c.call<int>("add", 1, 2) == 3);
    }
    wait_for_end(pid);
}

TEST_CASE("shared host: clients that start it at once all get the same one") {
    const std::string lab = name("race");
    std::set<std::uint32_t> pids;
    std::mutex mutex;
    {
        std::vector<std::thread> threads;
        std::atomic<int> connected{0};
        for (int i = 0; i < 6; ++i) {
            threads.emplace_back([&] {
                try {
                    const auto c = Client::connect(lab, "echo", starting());
                    {
                        const std::lock_guard lock(mutex);
                        pids.insert(c.host_info().pid);
                    }
                    ++connected;
                    test::eventually([&] { return connected == 6; });
                } catch (const std::exception& e) {
                    MESSAGE(e.what());
                }
            });
        }
        for (auto& thread : threads)
            thread.join();
        CHECK(connected == 6);
    }
    CHECK(pids.size() == 1);
    for (const auto pid : pids)
        wait_for_end(pid);
}

TEST_CASE("shared host: one that cannot be started is a StartupError that says why") {
    auto options = starting();
    options.host_executable = std::filesystem::path(BRIDGE32_TEST_PROGRAMS) /
                              bridge32::os::executable_file("exits_with_7");
    try {
        Client::connect(name("unstartable"), "echo", options);
        FAIL("did not throw");
    } catch (const bridge32::StartupError& e) {
        CHECK(std::string(e.what()).find("ended with exit code 7") != std::string::npos);
    }
}

TEST_CASE("shared host: with restart on_crash and start_host the next call starts the next host") {
    const std::string lab = name("restarted");
    auto options = starting();
    options.restart = bridge32::Restart::on_crash;
    std::uint32_t last = 0;
    {
        const auto c = Client::connect(lab, "echo", options);
        const auto host = bridge32::os::ProcessHandle::of(c.host_info().pid);
        host.kill();
        REQUIRE(host.wait(10s));
        try {
            c.call<int>("add", 1, 2);
        } catch (const bridge32::HostCrashed&) {
            // It began before the death was noticed.
        }
        CHECK(c.call<int>("add", 1, 2) == 3);
        last = c.host_info().pid;
    }
    wait_for_end(last);
}

TEST_CASE("shared host: its options decide who shares an instance") {
    SUBCASE("all, though the plugin wishes otherwise") {
        const Server server(name("all-share"), test::kPlugins, {"--instances", "shared"});
        const auto one = server.connect("echo");
        const auto two = server.connect("echo");
        const int before = one.get<int>("count");
        one.call("add", 1, 2);
        CHECK(two.get<int>("count") > before);
    }
    SUBCASE("nobody, though the plugin wishes otherwise") {
        const Server server(name("none-share"), test::kPlugins, {"--instances", "own"});
        const auto one = server.connect("shared_counter");
        const auto two = server.connect("shared_counter");
        CHECK(one.call<int>("count_up") == 1);
        CHECK(two.call<int>("count_up") == 1);
    }
}

}  // namespace shared_host_start_test
