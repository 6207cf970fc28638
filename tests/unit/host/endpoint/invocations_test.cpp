#include "host32/endpoint/invocations.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "wire/channel.hpp"

namespace invocations_test {

namespace {

using namespace bridge32;
using host::Invocation;
using host::Invocations;

/// The client's replies to callbacks, sent through a channel.
struct Client {
    wire::Message reply(std::uint64_t callback, const std::string& json) {
        REQUIRE(client->try_send({wire::FrameKind::kCallbackReply, 0, callback, 0}, json, {}));
        wire::Message received;
        REQUIRE(host->receive(received));
        return received;
    }

    std::unique_ptr<wire::Channel> client = wire::Channel::create(4096, wire::WaitMode::kBlock);
    std::unique_ptr<wire::Channel> host =
        wire::Channel::attach(client->link_to_new_host(), nullptr);
};

}  // namespace

TEST_CASE("invocations: each reply finds the thread that waits for it") {
    Client client;
    Invocations invocations;
    Invocation outer;
    Invocation inner;
    invocations.begin(outer);
    invocations.begin(inner);
    CHECK(outer.id != inner.id);
    CHECK(outer.id != 0);

    CHECK(invocations.answer(client.reply(outer.id, "outer")));

    CHECK(outer.answered);
    CHECK(outer.news);
    CHECK(outer.reply.json() == "outer");
    CHECK_FALSE(inner.answered);
    CHECK_FALSE(inner.news);
    // The first reply counts.
    CHECK_FALSE(invocations.answer(client.reply(outer.id, "again")));
    CHECK(outer.reply.json() == "outer");
}

TEST_CASE("invocations: a callback's requests wake who waits for it, until it ends") {
    Client client;
    Invocations invocations;
    Invocation invocation;
    invocations.begin(invocation);
    CHECK(invocations.waits(invocation.id));
    CHECK_FALSE(invocations.waits(invocation.id + 1));

    invocations.notify(invocation.id + 1);
    CHECK_FALSE(invocation.news);
    invocations.notify(invocation.id);
    CHECK(invocation.news);
    CHECK_FALSE(invocation.answered);

    invocations.end(invocation);
    CHECK_FALSE(invocations.waits(invocation.id));
    CHECK_FALSE(invocations.answer(client.reply(invocation.id, "late")));
    CHECK_FALSE(invocation.answered);
}

}  // namespace invocations_test
