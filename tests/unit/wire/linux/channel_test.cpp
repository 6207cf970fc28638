// What only a system does that can take a segment's name away while it is mapped.
#include "wire/channel.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <new>
#include <string>

#include "os/segment.hpp"
#include "unit/os/sparse_segment.hpp"
#include "unit/wire/channel_ends.hpp"

namespace linux_channel_test {

using namespace bridge32;
using namespace bridge32::wire;
using bridge32::test::all_of;
using bridge32::test::ChannelEnds;
using bridge32::test::is_free;
using bridge32::test::kMiB;
using bridge32::test::send;
using bridge32::test::text;

TEST_CASE("channel: a message whose memory cannot be mapped is unreadable; the next is fine") {
    const auto client = Channel::create(kMinRingBytes, WaitMode::kAdaptive);
    const auto host = Channel::attach(client->name(), nullptr);
    const auto request = [&](const std::string& json, std::uint64_t call_id) {
        return client->try_send({FrameKind::kRequest, 0, call_id}, json, {});
    };
    Message message;
    REQUIRE(request(std::string(1 << 20, ' '), 5));
    os::Segment::unlink(client->name() + ".c0");
    REQUIRE(request("[]", 6));

    REQUIRE(host->receive(message));
    CHECK_FALSE(message.readable());
    CHECK(message.kind() == FrameKind::kRequest);
    CHECK(message.call_id() == 5);
    CHECK(message.unreadable_reason().find("1048640 bytes (1 MiB)") != std::string::npos);

    REQUIRE(host->receive(message));
    CHECK(message.readable());
    CHECK(message.call_id() == 6);
    CHECK(message.json() == "[]");
}

TEST_CASE("shared block: one that the reader cannot map makes one message unreadable") {
    ChannelEnds ends(64 * 1024, WaitMode::kBlock);
    Message message;
    auto good = ends.client->make_block(kMiB);
    const std::byte* memory = good->data();
    const auto bad = ends.client->make_block(2 * kMiB);
    // In the place of the second segment, one that no process can map.
    const std::string name = ends.client->name() + ".c1";
    os::Segment::unlink(name);
    const test::SparseSegment huge(name, std::uint64_t{1} << 50);
    const auto header = os::Segment::open(name, kArenaDataOffset);
    auto* arena = new (header.data()) ArenaHeader{};
    arena->magic = kArenaMagic;
    arena->slots[0].store(2);
    std::string json = "{}";
    SUBCASE("through the ring") {}
    SUBCASE("through the arena") { json.assign(100'000, ' '); }

    REQUIRE(send(*ends.client, {all_of(good), all_of(bad), all_of(good), all_of(bad)}, json));
    good.reset();
    REQUIRE(ends.host->receive(message));

    CHECK_FALSE(message.readable());
    CHECK(message.unreadable_reason().find("2097152 bytes (2 MiB)") != std::string::npos);
    CHECK(message.unreadable_reason().find("1125899906842624 bytes") != std::string::npos);
    CHECK(message.call_id() == 1);
    CHECK(message.attachments().empty());
    CHECK(arena->slots[0].load() == 0);
    CHECK(is_free(*ends.client, memory, kMiB));
    REQUIRE(send(*ends.client, {{"abc", 3}}));
    REQUIRE(ends.host->receive(message));
    CHECK(message.readable());
    CHECK(text(message, 0) == "abc");
}

}  // namespace linux_channel_test
