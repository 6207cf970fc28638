#include "host32/session/session.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

namespace session_test {

using namespace bridge32;
using namespace std::chrono_literals;
using wire::FrameKind;

namespace {

constexpr std::string_view kOpen = R"({"plugin":"concurrent"})";

/// A session, and its client, which does what the test likes.
struct Client {
    Client() {
        auto attached = wire::Channel::attach(channel->link_to_new_host(), nullptr);
        const wire::Doorbell bell = attached->own_bell();
        session = std::make_unique<host::Session>(
            std::make_shared<host::Endpoint>(std::move(attached), bell), registry, pool);
    }

    void send(FrameKind kind, std::uint64_t id, std::string_view json) {
        REQUIRE(channel->try_send({kind, 0, id, 0}, json, {}));
    }
    /// The reply to call `id`, which must be the next; serves the session until it comes.
    std::string reply(std::uint64_t id) {
        wire::Message message;
        const auto deadline = std::chrono::steady_clock::now() + 10s;
        while (!channel->receive(message)) {
            REQUIRE(std::chrono::steady_clock::now() < deadline);
            if (session->ready()) session->serve();
        }
        CHECK(message.kind() == FrameKind::kReply);
        CHECK(message.call_id() == id);
        return std::string(message.json());
    }
    std::string call(FrameKind kind, std::uint64_t id, std::string_view json) {
        send(kind, id, json);
        return reply(id);
    }

    std::unique_ptr<wire::Channel> channel =
        wire::Channel::create(64 * 1024, wire::WaitMode::kBlock);
    host::PluginRegistry registry{{BRIDGE32_TEST_PLUGINS}, {}};
    host::WorkerPool pool{4};
    std::unique_ptr<host::Session> session;
};

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

}  // namespace

TEST_CASE("session: opens a plugin, serves its requests, and ends when it is closed") {
    Client client;

    CHECK(contains(client.call(FrameKind::kOpen, 1, kOpen), R"("name":"concurrent")"));
    CHECK(client.call(FrameKind::kRequest, 2, R"({"method":"add","args":[1,2]})") ==
          R"({"result":3})");
    CHECK(client.session->calls() == 1);
    CHECK_FALSE(client.session->finished());
    CHECK(client.call(FrameKind::kClose, 3, "{}") == R"({"result":null})");

    CHECK(client.session->finished());
    client.session.reset();
    CHECK(client.channel->host_state() == wire::HostState::kGone);
}

TEST_CASE("session: an open that fails says why, and can be tried again") {
    Client client;

    const auto failed = client.call(FrameKind::kOpen, 1, R"({"plugin":"no_such_plugin"})");

    CHECK(contains(failed, R"("type":"PluginError")"));
    CHECK(contains(failed, "no_such_plugin"));
    CHECK_FALSE(client.session->finished());
    CHECK(contains(client.call(FrameKind::kOpen, 2, kOpen), R"("result":)"));
}

TEST_CASE("session: a client that breaks the protocol is told so, and its session ends") {
    Client client;
    std::string told;
    SUBCASE("a request before the open") {
        told = client.call(FrameKind::kRequest, 1, R"({"method":"add"})");
    }
    SUBCASE("an open that is malformed") { told = client.call(FrameKind::kOpen, 1, R"({"plug)"); }
    SUBCASE("two opens") {
        client.call(FrameKind::kOpen, 1, kOpen);
        told = client.call(FrameKind::kOpen, 2, kOpen);
    }
    SUBCASE("a kind of frame that nobody knows") {
        told = client.call(static_cast<FrameKind>(77), 1, "{}");
    }
    CHECK(contains(told, R"("type":"ProtocolError")"));
    CHECK(client.session->finished());
}

TEST_CASE("session: a close is answered when the running calls have ended") {
    Client client;
    client.call(FrameKind::kOpen, 1, kOpen);
    client.send(FrameKind::kRequest, 2, R"({"method":"sleep_ms","args":[50]})");
    client.send(FrameKind::kClose, 3, "{}");

    CHECK(client.reply(2) == R"({"result":null})");
    CHECK(client.reply(3) == R"({"result":null})");
    CHECK(client.session->finished());
}

TEST_CASE("session: a stop lets the running call finish and does not start what waits") {
    Client client;
    client.call(FrameKind::kOpen, 1, kOpen);
    for (std::uint64_t id = 2; id < 12; ++id)  // more than the pool has threads
        client.send(FrameKind::kRequest, id, R"({"method":"until_cancelled","args":[10000]})");
    while (client.session->ready())
        client.session->serve();
    CHECK_FALSE(client.session->idle());

    client.session->stop();
    CHECK_FALSE(client.session->finished());
    client.session->endpoint().close();  // the running ones see that they are cancelled

    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (!client.session->idle() && std::chrono::steady_clock::now() < deadline)
        std::this_thread::yield();
    CHECK(client.session->idle());
    CHECK(client.session->finished());
}

}  // namespace session_test
