#include "host32/session/host.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "bridge32/error.hpp"

namespace host_test {

using namespace bridge32;
using namespace std::chrono_literals;
using wire::FrameKind;

namespace {

/// Waits for the host's next message.
std::string receive(wire::Channel& channel) {
    wire::Message message;
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (!channel.receive(message)) {
        REQUIRE(std::chrono::steady_clock::now() < deadline);
        std::this_thread::yield();
    }
    return std::string(message.json());
}

}  // namespace

TEST_CASE("host: serves the client of a channel until it closes") {
    const auto client = wire::Channel::create(64 * 1024, wire::WaitMode::kAdaptive);
    host::PluginRegistry registry({BRIDGE32_TEST_PLUGINS}, {});
    host::Host host(registry, 5s);
    std::thread main_thread(
        [&, link = client->link_to_new_host()]() mutable { host.serve_client(std::move(link)); });

    REQUIRE(client->try_send({FrameKind::kOpen, 0, 1, 0}, R"({"plugin":"concurrent"})", {}));
    CHECK(receive(*client).find(R"("result")") != std::string::npos);
    REQUIRE(
        client->try_send({FrameKind::kRequest, 0, 2, 0}, R"({"method":"add","args":[1,2]})", {}));
    CHECK(receive(*client) == R"({"result":3})");
    REQUIRE(client->try_send({FrameKind::kClose, 0, 3, 0}, "{}", {}));
    CHECK(receive(*client) == R"({"result":null})");

    main_thread.join();
    CHECK(client->host_state() == wire::HostState::kGone);
}

TEST_CASE("host: there is no serving a channel that does not exist") {
    host::PluginRegistry registry({}, {});
    host::Host host(registry, 5s);
    CHECK_THROWS_AS(host.serve_client(wire::Link::pair("bridge32-none").second), Error);
}

}  // namespace host_test
