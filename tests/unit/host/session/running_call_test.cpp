#include "host32/session/running_call.hpp"

#include <doctest/doctest.h>

#include <string>

#include "unit/host/endpoint/endpoint_pair.hpp"

namespace running_call_test {

using namespace bridge32;
using host::RunningCall;
using wire::FrameKind;

namespace {

wire::Message take(EndpointPair& pair) {
    wire::Message message;
    REQUIRE(pair.endpoint->take(message));
    return message;
}

}  // namespace

TEST_CASE("running call: learns that it was cancelled, and only that call") {
    EndpointPair pair;
    pair.send({FrameKind::kRequest, 0, 1, 0}, "one");
    auto message = take(pair);
    {
        RunningCall call(*pair.endpoint, message, 0);
        CHECK_FALSE(call.cancelled());
        pair.send({FrameKind::kCancel, 0, 7, 0}, "{}");
        CHECK_FALSE(call.cancelled());
        pair.send({FrameKind::kCancel, 0, 1, 0}, "{}");
        CHECK(call.cancelled());
    }
    // A later call of the same number is another one.
    CHECK_FALSE(pair.endpoint->cancelled(1));
}

TEST_CASE("running call: what is given up counts as cancelled") {
    EndpointPair pair;
    pair.send({FrameKind::kRequest, 0, 1, 0}, "one");
    auto message = take(pair);
    RunningCall call(*pair.endpoint, message, 0);
    call.give_up();
    CHECK(call.cancelled());
}

TEST_CASE("running call: has one reply, and none where none is wanted") {
    EndpointPair pair;
    wire::Message received;
    SUBCASE("wanted") {
        pair.send({FrameKind::kRequest, 0, 1, 0}, "one");
        auto message = take(pair);
        RunningCall call(*pair.endpoint, message, 0);
        CHECK(call.wants_reply());
        CHECK(call.reply("first", {}) == BRIDGE32_OK);
        CHECK(call.reply("second", {}) == BRIDGE32_ALREADY_REPLIED);
        REQUIRE(pair.client->receive(received));
        CHECK(received.call_id() == 1);
        CHECK(received.json() == "first");
    }
    SUBCASE("not wanted") {
        pair.send({FrameKind::kRequest, wire::kNoReply, 1, 0}, "one");
        auto message = take(pair);
        RunningCall call(*pair.endpoint, message, 0);
        CHECK_FALSE(call.wants_reply());
        CHECK(call.reply("first", {}) == BRIDGE32_OK);
        CHECK(call.reply("second", {}) == BRIDGE32_ALREADY_REPLIED);
    }
    CHECK_FALSE(pair.client->receive(received));
}

TEST_CASE("running call: retains memory of the client's, and no other") {
    EndpointPair pair;
    const auto block = pair.client->make_block(4096);
    const char small[] = "in the frame";
    const bridge32_attachment attachments[] = {{block->data(), 4096}, {small, sizeof small}};
    REQUIRE(pair.client->try_send({FrameKind::kRequest, 0, 1, 0}, "{}", attachments));
    auto message = take(pair);
    RunningCall call(*pair.endpoint, message, 0);
    REQUIRE(message.attachments().size() == 2);

    const auto* const data = static_cast<const std::byte*>(message.attachments()[0].data);
    const auto retained = call.retain(data + 96);
    CHECK(retained.data == data + 96);
    CHECK(retained.size == 4000);
    CHECK(retained.owner != nullptr);
    CHECK(call.retain(message.attachments()[1].data).data == nullptr);
    CHECK(call.retain(&pair).data == nullptr);
}

TEST_CASE("running call: allocates memory that goes to the client without a copy") {
    EndpointPair pair;
    pair.send({FrameKind::kRequest, 0, 1, 0}, "one");
    auto message = take(pair);
    RunningCall call(*pair.endpoint, message, 0);
    const auto memory = call.allocate(8192, true);
    REQUIRE(memory.data != nullptr);
    CHECK(memory.size == 8192);
    CHECK(memory.data[8191] == std::byte{0});
    memory.data[8191] = std::byte{7};
    const bridge32_attachment attachment{memory.data, memory.size};
    CHECK(call.reply("{}", {&attachment, 1}) == BRIDGE32_OK);

    wire::Message received;
    REQUIRE(pair.client->receive(received));
    REQUIRE(received.attachments().size() == 1);
    CHECK(received.is_shared(0));
    CHECK(static_cast<const std::byte*>(received.attachments()[0].data)[8191] == std::byte{7});
}

}  // namespace running_call_test
