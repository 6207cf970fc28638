// What only a system does where segments have no names.
#include "wire/channel.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "unit/wire/channel_ends.hpp"

namespace linux_channel_test {

using namespace bridge32;
using namespace bridge32::wire;
using test::all_of;
using test::BlockShare;
using test::kMiB;
using test::send;

namespace {

struct Ends : test::ChannelEnds {
    Ends() : ChannelEnds(64 * 1024, WaitMode::kBlock) {}
};

}  // namespace

TEST_CASE("channel: a message whose memory did not come is unreadable; the next is fine") {
    Ends ends;
    Message message;
    // As if the peer had forgotten to give segment 7.
    const ArenaReference reference{kArenaDataOffset, kMiB, 7, 0};
    const std::string_view text(reinterpret_cast<const char*>(&reference), sizeof reference);
    REQUIRE(ends.client->try_send({FrameKind::kRequest, kIndirect, 5}, text, {}));
    REQUIRE(ends.client->try_send({FrameKind::kRequest, 0, 6}, "[]", {}));

    REQUIRE(ends.host->receive(message));
    CHECK_FALSE(message.readable());
    CHECK(message.kind() == FrameKind::kRequest);
    CHECK(message.call_id() == 5);
    CHECK(message.unreadable_reason().find("1048576 bytes (1 MiB)") != std::string::npos);
    CHECK(message.unreadable_reason().find("the arena segment 7") != std::string::npos);

    REQUIRE(ends.host->receive(message));
    CHECK(message.readable());
    CHECK(message.call_id() == 6);
    CHECK(message.json() == "[]");
}

TEST_CASE("channel: a peer that takes no segments is like one that does not read") {
    Ends ends;
    std::vector<BlockShare> blocks;
    std::size_t sent = 0;
    // Each in a segment of its own, of which the socket holds some hundreds.
    for (; sent < 2000; ++sent) {
        blocks.push_back(ends.client->make_block((sent % 8 + 9) << 17, Content::kAny));
        if (!send(*ends.client, {all_of(blocks.back())})) break;
        if (sent % 8 != 7) continue;
        for (auto& block : blocks)
            block.reset();
        blocks.clear();
    }
    MESSAGE(sent << " messages, " << ends.client->own_segments() << " segments");
    REQUIRE(sent > 100);
    CHECK_FALSE(ends.client->has_room());

    Message message;
    for (std::size_t i = 0; i < sent; ++i) {
        REQUIRE(ends.host->receive(message));
        REQUIRE(message.readable());
    }
    CHECK(ends.client->has_room());
    CHECK(send(*ends.client, {all_of(blocks.back())}));
    CHECK(ends.host->receive(message));
    CHECK(message.readable());
}

TEST_CASE("channel: the end of a peer shows at once, and what it sent before can be read") {
    Ends ends;
    Message message;
    const std::string large(kMiB, 'x');
    REQUIRE(ends.client->try_send({FrameKind::kRequest, 0, 1}, large, {}));
    const auto watch = ends.host->link().end_watch();
    CHECK_FALSE(watch());

    ends.client.reset();

    CHECK(ends.host->link().ended());
    CHECK(watch());
    REQUIRE(ends.host->receive(message));
    CHECK((message.json() == large));
    // Nobody takes what goes the other way, and that is no error.
    CHECK(ends.host->try_send({FrameKind::kReply, 0, 1}, large, {}));
}

}  // namespace linux_channel_test
