// What a ring does when its peer breaks the rules: it throws ProtocolError, and touches nothing
// outside of the ring.
#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <vector>

#include "unit/wire/support.hpp"
#include "wire/ring.hpp"

using namespace bridge32;
using namespace bridge32::wire;
using bridge32::test::json_for_frame;
using bridge32::test::poke;
using bridge32::test::send;
using bridge32::test::take;
using bridge32::test::TestRing;

TEST_CASE("ring: an impossible write index is a ProtocolError") {
    TestRing ring(4096);
    REQUIRE(send(ring, "{}", 1));
    REQUIRE(take(ring) == 1);  // all that is known: it looks again

    SUBCASE("further ahead than the ring is large") { ring.indices.tail.store(64 + 4096 + 64); }
    SUBCASE("far ahead") { ring.indices.tail.store(0x8000'0000); }
    SUBCASE("behind what was read") { ring.indices.tail.store(0); }
    SUBCASE("not at a frame's end") { ring.indices.tail.store(65); }
    SUBCASE("one byte off") { ring.indices.tail.store(127); }
    SUBCASE("all bits set") { ring.indices.tail.store(0xFFFF'FFFF); }

    CHECK_THROWS_AS(ring.reader.peek(), ProtocolError);
}

TEST_CASE("ring: an impossible read index is a ProtocolError") {
    TestRing ring(4096);
    for (int i = 0; i < 63; ++i) {
        REQUIRE(send(ring, "{}"));  // 64 bytes are free
    }

    SUBCASE("ahead of what was written") { ring.indices.head.store(63 * 64 + 64); }
    SUBCASE("far behind") { ring.indices.head.store(0x8000'0000); }
    SUBCASE("not at a frame's end") { ring.indices.head.store(1); }
    SUBCASE("all bits set") { ring.indices.head.store(0xFFFF'FFFF); }
    SUBCASE("one frame before the start") { ring.indices.head.store(0U - 128); }

    CHECK_THROWS_AS(send(ring, json_for_frame(128)), ProtocolError);
    CHECK_THROWS_AS(ring.writer.has_room(128), ProtocolError);
}

TEST_CASE("ring: padding in the wrong place is a ProtocolError") {
    TestRing ring(4096);
    const auto pad = [&ring](std::uint32_t place, std::uint32_t bytes) {
        FrameHeader header{};
        header.frame_bytes = bytes;
        std::memcpy(ring.data.data() + place, &header, sizeof header);
    };

    SUBCASE("at the ring's start") {
        REQUIRE(send(ring, "{}"));
        pad(0, 64);
    }
    SUBCASE("the whole ring") {
        ring.indices.tail.store(4096);
        pad(0, 4096);
    }
    SUBCASE("not reaching the ring's end") {
        REQUIRE(send(ring, "{}"));
        take(ring);
        ring.indices.tail.store(4096);
        pad(64, 64);
    }
    SUBCASE("beyond the ring's end") {
        REQUIRE(send(ring, "{}"));
        take(ring);
        ring.indices.tail.store(64 + 4096);
        pad(64, 4096);
    }
    SUBCASE("beyond what was published") {
        REQUIRE(send(ring, "{}"));
        take(ring);
        ring.indices.tail.store(128);
        pad(64, 4032);
    }
    SUBCASE("of no size") {
        REQUIRE(send(ring, "{}"));
        pad(0, 0);
    }
    SUBCASE("twice in turn") {
        REQUIRE(send(ring, "{}"));
        take(ring);
        ring.indices.tail.store(64 + 4096);
        pad(64, 4032);
        pad(0, 64);
    }

    CHECK_THROWS_AS(ring.reader.peek(), ProtocolError);
}

TEST_CASE("ring: padding alone is skipped and is no frame") {
    TestRing ring(4096);
    REQUIRE(send(ring, "{}"));
    take(ring);
    FrameHeader padding{};
    padding.frame_bytes = 4032;
    std::memcpy(ring.data.data() + 64, &padding, sizeof padding);
    ring.indices.tail.store(4096);

    CHECK_FALSE(ring.reader.peek().has_value());

    CHECK(ring.indices.head.load() == 4096);
}

TEST_CASE("ring: each corrupted size in a header is a ProtocolError") {
    struct Corruption {
        std::string what;
        std::size_t field;
        std::uint32_t value;
    };
    constexpr std::size_t kFrame = offsetof(FrameHeader, frame_bytes);
    constexpr std::size_t kJson = offsetof(FrameHeader, json_bytes);
    constexpr std::size_t kCount = offsetof(FrameHeader, attachment_count);
    // The frame: 128 bytes, 8 of them JSON, 1 attachment. Another of 64 bytes follows.
    const std::vector<Corruption> corruptions{
        {"no size", kFrame, 0},
        {"less than a header", kFrame, 16},
        {"less than the alignment", kFrame, 63},
        {"not aligned", kFrame, 65},
        {"not aligned, by 8", kFrame, 136},
        {"one unit more than is published", kFrame, 256},
        {"more than the ring", kFrame, 8192},
        {"2 GiB", kFrame, 0x8000'0000},
        {"the largest", kFrame, 0xFFFF'FFFF},
        {"the largest aligned one", kFrame, 0xFFFF'FFC0},
        {"JSON text up to the table's last byte", kJson, 128 - 32 - 24 + 1},
        {"JSON text beyond the frame", kJson, 128 - 32 + 1},
        {"JSON text of 2 GiB", kJson, 0x8000'0000},
        {"JSON text that would overflow 32 bits", kJson, 0xFFFF'FFFF},
        {"JSON text that would round up to 0", kJson, 0xFFFF'FFE0},
        {"one attachment more than fits", kCount, 4},
        {"the most attachments", kCount, 65'536},
        {"one more than the most", kCount, 65'537},
        {"attachments that would overflow 32 bits", kCount, 0x0AAA'AAAB},
        {"the largest number of attachments", kCount, 0xFFFF'FFFF},
    };
    for (const auto& corruption : corruptions) {
        CAPTURE(corruption.what);
        TestRing ring(4096);
        const bridge32_attachment attachment{"abc", 3};
        REQUIRE(send(ring, "[1,2,34]", 1, {&attachment, 1}));
        REQUIRE(send(ring, "{}", 2));
        REQUIRE(ring.reader.peek()->header.frame_bytes == 128);

        poke(ring.data.data(), corruption.field, corruption.value);

        CHECK_THROWS_AS(ring.reader.peek(), ProtocolError);
    }
}

TEST_CASE("ring: a header at the ring's end cannot claim what lies behind") {
    TestRing ring(4096);
    for (int i = 0; i < 63; ++i) {
        REQUIRE(send(ring, "{}"));
        take(ring);
    }
    REQUIRE(send(ring, "{}"));
    REQUIRE(send(ring, "{}"));  // 128 bytes are published, 64 of them before the end

    poke(ring.data.data() + 4032, offsetof(FrameHeader, frame_bytes), std::uint32_t{128});

    CHECK_THROWS_AS(ring.reader.peek(), ProtocolError);
}

TEST_CASE("ring: kind, flags and call id are passed on as they came") {
    TestRing ring(4096);
    REQUIRE(send(ring, "{}"));

    poke(ring.data.data(), offsetof(FrameHeader, kind), std::uint16_t{0xFFFF});
    poke(ring.data.data(), offsetof(FrameHeader, flags), std::uint16_t{0xFFFE});
    poke(ring.data.data(), offsetof(FrameHeader, call_id), ~std::uint64_t{0});
    poke(ring.data.data(), offsetof(FrameHeader, related_id), ~std::uint64_t{1});

    const auto frame = ring.reader.peek();
    REQUIRE(frame.has_value());
    CHECK(frame->header.kind == 0xFFFF);
    CHECK(frame->header.flags == 0xFFFE);
    CHECK(frame->header.call_id == ~std::uint64_t{0});
    CHECK(frame->header.related_id == ~std::uint64_t{1});
}

TEST_CASE("ring: memory too short for a header is a ProtocolError") {
    const test::AlignedMemory memory(64);

    CHECK_THROWS_AS(checked_header(memory.data(), 0), ProtocolError);
    CHECK_THROWS_AS(checked_header(memory.data(), sizeof(FrameHeader) - 1), ProtocolError);
    CHECK_THROWS_AS(checked_header(memory.data(), 63), ProtocolError);
}
