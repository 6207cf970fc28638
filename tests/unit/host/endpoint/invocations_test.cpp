#include "host32/endpoint/invocations.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <thread>

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
    const int frames[2] = {};
    const Invocation& outer = invocations.begin(&frames[1]);
    const Invocation& inner = invocations.begin(&frames[0]);
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
    const int frame = 0;
    Invocation& invocation = invocations.begin(&frame);
    CHECK(invocations.waits(invocation.id));
    CHECK_FALSE(invocations.waits(invocation.id + 1));

    invocations.notify(invocation.id + 1);
    CHECK_FALSE(invocation.news);
    invocations.notify(invocation.id);
    CHECK(invocation.news);
    CHECK_FALSE(invocation.answered);

    const auto ended = invocations.end(invocation);
    CHECK(ended.get() == &invocation);
    CHECK_FALSE(invocations.any());
    CHECK_FALSE(invocations.waits(ended->id));
    CHECK_FALSE(invocations.answer(client.reply(ended->id, "late")));
    CHECK_FALSE(ended->answered);
}

TEST_CASE("invocations: those that a thread has left are found by their frames and numbers") {
    Invocations invocations;
    const int frames[3] = {};  // the stack grows down
    const auto mark = invocations.last_id();
    Invocation& outer = invocations.begin(&frames[2]);
    Invocation& inner = invocations.begin(&frames[1]);

    CHECK(invocations.last_after(mark, &frames[0]) == nullptr);
    CHECK(invocations.last_after(mark, &frames[1]) == &inner);
    CHECK(invocations.last_after(mark, &frames[2]) == &inner);
    CHECK(invocations.last_after(inner.id, &frames[2]) == nullptr);
    std::thread([&] { CHECK(invocations.last_after(mark, &frames[2]) == nullptr); }).join();
    invocations.end(inner);
    CHECK(invocations.last_after(mark, &frames[2]) == &outer);
}

}  // namespace invocations_test
