#include "wire/ring.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "unit/wire/support.hpp"

namespace ring_test {

using namespace bridge32;
using namespace bridge32::wire;
using bridge32::test::json_for_frame;
using bridge32::test::json_of;
using bridge32::test::poke;
using bridge32::test::Random;
using bridge32::test::send;
using bridge32::test::take;
using bridge32::test::TestRing;

TEST_CASE("ring: an empty ring has nothing to read") {
    TestRing ring(4096);

    CHECK_FALSE(ring.reader.ready());
    CHECK_FALSE(ring.reader.peek().has_value());
    CHECK(ring.writer.has_room(4096));
}

TEST_CASE("ring: a frame comes out as it went in, once") {
    TestRing ring(4096);
    const std::array<std::byte, 3> bytes{std::byte{7}, std::byte{8}, std::byte{9}};
    const std::array<bridge32_attachment, 1> attachments{{{bytes.data(), bytes.size()}}};

    REQUIRE(send(ring, R"({"method":"add"})", 0x0123'4567'89AB'CDEF, attachments));

    CHECK(ring.reader.ready());
    const auto frame = ring.reader.peek();
    REQUIRE(frame.has_value());
    CHECK(frame->header.frame_bytes == 192);
    CHECK(frame->header.kind == 2);
    CHECK(frame->header.call_id == 0x0123'4567'89AB'CDEF);
    CHECK(frame->header.attachment_count == 1);
    CHECK(json_of(*frame) == R"({"method":"add"})");
    ring.reader.release(*frame);
    CHECK_FALSE(ring.reader.ready());
    CHECK_FALSE(ring.reader.peek().has_value());
}

TEST_CASE("ring: peek does not consume") {
    TestRing ring(4096);
    REQUIRE(send(ring, "{}", 5));

    CHECK(ring.reader.peek()->header.call_id == 5);
    CHECK(ring.reader.peek()->header.call_id == 5);
}

TEST_CASE("ring: frames fill it to the last byte, and one more waits for a release") {
    TestRing ring(4096);

    for (std::uint64_t id = 1; id <= 64; ++id) {
        REQUIRE(send(ring, "{}", id));
    }

    CHECK(ring.indices.tail.load() - ring.indices.head.load() == 4096);
    CHECK_FALSE(ring.writer.has_room(64));
    CHECK_FALSE(send(ring, "{}", 65));
    CHECK(take(ring) == 1);
    CHECK(send(ring, "{}", 65));
    CHECK_FALSE(send(ring, "{}", 66));
    for (std::uint64_t id = 2; id <= 65; ++id) {
        CHECK(take(ring) == id);
    }
    CHECK_FALSE(ring.reader.ready());
}

TEST_CASE("ring: two largest frames fill it exactly") {
    TestRing ring(4096);
    REQUIRE(ring.writer.max_frame() == 2048);

    CHECK(send(ring, json_for_frame(2048), 1));
    CHECK(send(ring, json_for_frame(2048), 2));

    CHECK_FALSE(send(ring, "", 3));
    CHECK(take(ring) == 1);
    CHECK(take(ring) == 2);
}

TEST_CASE("ring: the largest frame fits at every place of an empty ring") {
    TestRing ring(4096);

    for (int place = 0; place < 64; ++place) {
        REQUIRE(send(ring, json_for_frame(2048), 7));
        REQUIRE(take(ring) == 7);
        // 2048 is half way round: one more small frame moves the next start by 64.
        REQUIRE(send(ring, "{}", 8));
        REQUIRE(take(ring) == 8);
    }
}

TEST_CASE("ring: a frame that is larger than the ring is never taken") {
    TestRing ring(4096);

    CHECK_FALSE(send(ring, json_for_frame(4096 + 64)));

    CHECK(ring.indices.tail.load() == 0);
    CHECK(send(ring, "{}"));
}

TEST_CASE("ring: a frame that does not fit before the end is preceded by padding") {
    TestRing ring(4096);
    for (std::uint64_t id = 1; id <= 3; ++id) {
        REQUIRE(send(ring, json_for_frame(1024), id));
        REQUIRE(take(ring) == id);
    }

    REQUIRE(send(ring, json_for_frame(2048, 'y'), 4));

    CHECK(ring.indices.tail.load() == 3072 + 1024 + 2048);
    FrameHeader padding;
    std::memcpy(&padding, ring.data.data() + 3072, sizeof padding);
    CHECK(padding.kind == static_cast<std::uint8_t>(FrameKind::kPadding));
    CHECK(padding.frame_bytes == 1024);
    const auto frame = ring.reader.peek();
    REQUIRE(frame.has_value());
    CHECK(frame->memory == ring.data.data());
    CHECK(json_of(*frame) == json_for_frame(2048, 'y'));
    ring.reader.release(*frame);
    CHECK(ring.indices.head.load() == ring.indices.tail.load());
}

TEST_CASE("ring: a frame that ends at the ring's end needs no padding") {
    TestRing ring(4096);
    REQUIRE(send(ring, json_for_frame(2048), 1));
    REQUIRE(take(ring) == 1);

    REQUIRE(send(ring, json_for_frame(2048), 2));

    CHECK(ring.indices.tail.load() == 4096);
    CHECK(take(ring) == 2);
    REQUIRE(send(ring, "{}", 3));
    CHECK(ring.reader.peek()->memory == ring.data.data());
}

TEST_CASE("ring: padding counts as used room") {
    TestRing ring(4096);
    REQUIRE(send(ring, json_for_frame(1024), 1));
    REQUIRE(send(ring, json_for_frame(2048), 2));
    REQUIRE(take(ring) == 1);  // free: 1024 at the end, 1024 at the start

    CHECK_FALSE(ring.writer.has_room(1088));
    CHECK_FALSE(send(ring, json_for_frame(1088), 3));
    CHECK(ring.indices.tail.load() == 3072);
    CHECK(ring.writer.has_room(1024));
    CHECK(send(ring, json_for_frame(1024), 3));
    CHECK(send(ring, json_for_frame(1024), 4));
    CHECK_FALSE(ring.writer.has_room(64));
}

TEST_CASE("ring: release says whether the producer waits for room") {
    TestRing ring(4096);
    REQUIRE(send(ring, "{}"));
    REQUIRE(send(ring, "{}"));

    CHECK_FALSE(ring.reader.release(*ring.reader.peek()));
    ring.writer.want_space(true);
    CHECK(ring.reader.release(*ring.reader.peek()));
    ring.writer.want_space(false);
    REQUIRE(send(ring, "{}"));
    CHECK_FALSE(ring.reader.release(*ring.reader.peek()));
}

TEST_CASE("ring: a header that changes after peek changes nothing") {
    TestRing ring(4096);
    REQUIRE(send(ring, "{}", 1));
    REQUIRE(send(ring, "[]", 2));

    const auto frame = ring.reader.peek();
    REQUIRE(frame.has_value());
    std::memset(ring.data.data(), 0xFF, sizeof(FrameHeader));

    CHECK(frame->header.call_id == 1);
    CHECK(frame->header.json_bytes == 2);
    ring.reader.release(*frame);
    CHECK(ring.indices.head.load() == 64);
    CHECK(json_of(*ring.reader.peek()) == "[]");
}

TEST_CASE("ring: the indices run through 2^32 and around") {
    TestRing ring(64 * 1024);
    const std::string json = json_for_frame(ring.writer.max_frame());
    Random random(1);
    std::uint64_t total = 0;
    std::uint64_t id = 0;
    std::uint32_t wraps = 0;
    std::uint32_t last = 0;

    while (total < (std::uint64_t{1} << 32) + (std::uint64_t{1} << 28)) {
        const auto size = static_cast<std::uint32_t>(json.size()) - random.below(4096);
        ++id;
        REQUIRE(send(ring, std::string_view(json).substr(0, size), id));
        const auto frame = ring.reader.peek();
        REQUIRE(frame.has_value());
        REQUIRE(frame->header.call_id == id);
        REQUIRE(frame->header.json_bytes == size);
        ring.reader.release(*frame);
        const std::uint32_t tail = ring.indices.tail.load();
        REQUIRE(tail == ring.indices.head.load());
        if (tail < last) ++wraps;
        last = tail;
        total += frame->header.frame_bytes;
    }

    CHECK(wraps == 1);
}

TEST_CASE("ring: a full ring stays sound while its indices overflow") {
    TestRing ring(4096);
    constexpr std::uint32_t kLargest = 2048;
    const std::string json = json_for_frame(kLargest);
    // To 4 GiB - 2048 with single frames, so that two more straddle the overflow.
    for (std::uint32_t tail = 0; tail != 0U - kLargest; tail += kLargest) {
        REQUIRE(send(ring, json));
        take(ring);
    }

    CHECK(send(ring, json, 1));
    CHECK(send(ring, json, 2));

    CHECK(ring.indices.tail.load() == kLargest);
    CHECK(ring.indices.head.load() == 0U - kLargest);
    CHECK_FALSE(send(ring, "{}", 3));
    CHECK(take(ring) == 1);
    CHECK(send(ring, "{}", 3));
    CHECK(take(ring) == 2);
    CHECK(take(ring) == 3);
    CHECK_FALSE(ring.reader.ready());
}

TEST_CASE("ring: a producer and a consumer thread see each frame whole and in order") {
    constexpr std::uint64_t kFrames = 100'000;
    TestRing ring(4096);
    std::thread producer([&ring] {
        Random random(2);
        for (std::uint64_t id = 1; id <= kFrames; ++id) {
            const std::string json(random.below(700), static_cast<char>('a' + id % 26));
            while (!send(ring, json, id))
                std::this_thread::yield();
        }
    });

    Random random(2);
    std::uint64_t wrong = 0;
    for (std::uint64_t id = 1; id <= kFrames; ++id) {
        auto frame = ring.reader.peek();
        while (!frame) {
            std::this_thread::yield();
            frame = ring.reader.peek();
        }
        const std::string expected(random.below(700), static_cast<char>('a' + id % 26));
        if (frame->header.call_id != id || json_of(*frame) != expected) ++wrong;
        ring.reader.release(*frame);
    }
    producer.join();

    CHECK(wrong == 0);
    CHECK_FALSE(ring.reader.ready());
}

// What it does when its peer breaks the rules: it throws ProtocolError, and touches nothing outside
// of the ring.

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

TEST_CASE("ring: a frame that uses what is reserved is a ProtocolError") {
    TestRing ring(4096);
    REQUIRE(send(ring, "{}"));

    SUBCASE("a flag") { poke(ring.data.data(), offsetof(FrameHeader, flags), kBinary); }
    SUBCASE("a thread") { poke(ring.data.data(), offsetof(FrameHeader, thread), std::uint16_t{1}); }
    SUBCASE("a method") {
        poke(ring.data.data(), offsetof(FrameHeader, method), std::uint16_t{0x100});
    }

    CHECK_THROWS_AS(ring.reader.peek(), ProtocolError);
}

TEST_CASE("ring: kind, flags and ids are passed on as they came") {
    TestRing ring(4096);
    REQUIRE(send(ring, "{}"));

    poke(ring.data.data(), offsetof(FrameHeader, kind), std::uint8_t{0xFF});
    poke(ring.data.data(), offsetof(FrameHeader, flags), kKnownFlags);
    poke(ring.data.data(), offsetof(FrameHeader, call_id), ~std::uint64_t{0});
    poke(ring.data.data(), offsetof(FrameHeader, related_id), ~std::uint64_t{1});

    const auto frame = ring.reader.peek();
    REQUIRE(frame.has_value());
    CHECK(frame->header.kind == 0xFF);
    CHECK(frame->header.flags == kKnownFlags);
    CHECK(frame->header.call_id == ~std::uint64_t{0});
    CHECK(frame->header.related_id == ~std::uint64_t{1});
}

TEST_CASE("ring: memory too short for a header is a ProtocolError") {
    const test::AlignedMemory memory(64);

    CHECK_THROWS_AS(checked_header(memory.data(), 0), ProtocolError);
    CHECK_THROWS_AS(checked_header(memory.data(), sizeof(FrameHeader) - 1), ProtocolError);
    CHECK_THROWS_AS(checked_header(memory.data(), 63), ProtocolError);
}

}  // namespace ring_test
