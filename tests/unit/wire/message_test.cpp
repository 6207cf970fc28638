#include "wire/message.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/names.hpp"
#include "unit/wire/support.hpp"

namespace message_test {

using namespace bridge32;
using namespace bridge32::wire;
using bridge32::test::AlignedMemory;
using bridge32::test::frame_of;
using bridge32::test::header_for;
using bridge32::test::lease_on;
using bridge32::test::poke;
using bridge32::test::table_of;

namespace {

RawFrame raw(const AlignedMemory& memory) {
    return {checked_header(memory.data(), memory.size()), memory.data()};
}

/// What stands in the ring for a frame in the arena.
FrameHeader announced(const AlignedMemory& memory) {
    FrameHeader outer = checked_header(memory.data(), memory.size());
    outer.flags |= kIndirect;
    return outer;
}

std::string text(const bridge32_attachment& attachment) {
    return {static_cast<const char*>(attachment.data), static_cast<std::size_t>(attachment.size)};
}

bool lies_in(const void* data, const AlignedMemory& memory) {
    const auto* byte = static_cast<const std::byte*>(data);
    return byte >= memory.data() && byte < memory.data() + memory.size();
}

/// The arena of a peer that has none.
Link nobody;
PeerArena arena(bridge32::unguessable_name(), nobody);

constexpr std::string_view kJson = R"({"args":[1]})";
const std::array<bridge32_attachment, 2> kTwo{{{"hello", 5}, {"world!", 6}}};

}  // namespace

TEST_CASE("message: what came through the ring is a private copy") {
    auto memory = frame_of(header_for("", 42), kJson, kTwo);
    Message message;

    message.assign(raw(memory), arena);
    std::memset(memory.data(), 0xEE, memory.size());

    CHECK(message.readable());
    CHECK(message.kind() == FrameKind::kRequest);
    CHECK(message.flags() == 0);
    CHECK(message.call_id() == 42);
    CHECK(message.json() == kJson);
    REQUIRE(message.attachments().size() == 2);
    CHECK(text(message.attachments()[0]) == "hello");
    CHECK(text(message.attachments()[1]) == "world!");
    for (const auto& attachment : message.attachments()) {
        CHECK(reinterpret_cast<std::uintptr_t>(attachment.data) % 64 == 0);
    }
}

TEST_CASE("message: what came through an arena is private but for the attachments' content") {
    auto memory = frame_of(header_for("", 42), kJson, kTwo);
    Word state{1};
    Message message;

    message.assign(announced(memory), lease_on(memory, &state), arena);
    std::memset(memory.data(), 0xEE, table_of(kJson.size()) + 2 * sizeof(AttachmentEntry));

    CHECK(message.flags() == 0);
    CHECK(message.call_id() == 42);
    CHECK(message.json() == kJson);
    REQUIRE(message.attachments().size() == 2);
    CHECK(lies_in(message.attachments()[0].data, memory));
    CHECK(text(message.attachments()[0]) == "hello");
    CHECK(text(message.attachments()[1]) == "world!");
    CHECK(state.load() == 1);
    message.clear();
    CHECK(state.load() == 0);
    CHECK(message.attachments().empty());
}

TEST_CASE("message: a block without attachments is released at once") {
    const auto memory = frame_of(header_for(""), kJson);
    Word state{1};
    Message message;

    message.assign(announced(memory), lease_on(memory, &state), arena);

    CHECK(state.load() == 0);
    CHECK(message.json() == kJson);
    CHECK_FALSE(lies_in(message.json().data(), memory));
}

TEST_CASE("message: the next message and the end of the object release the block too") {
    const auto memory = frame_of(header_for(""), kJson, kTwo);
    Word state{1};
    {
        Message message;
        message.assign(announced(memory), lease_on(memory, &state), arena);
        REQUIRE(state.load() == 1);

        const auto other = frame_of(header_for(""), "{}");
        message.assign(raw(other), arena);
        CHECK(state.load() == 0);

        state.store(1);
        message.assign(announced(memory), lease_on(memory, &state), arena);
        CHECK(state.load() == 1);
    }
    CHECK(state.load() == 0);
}

TEST_CASE("message: empty JSON text, no attachments") {
    const auto memory = frame_of(header_for(""), "");
    Message message;

    message.assign(raw(memory), arena);

    CHECK(message.json().empty());
    CHECK(message.attachments().empty());
    CHECK(message.readable());
}

TEST_CASE("message: attachments of no size are there, with their places in the list") {
    const std::array<bridge32_attachment, 4> some{{{nullptr, 0}, {"a", 1}, {"", 0}, {nullptr, 0}}};
    const auto memory = frame_of(header_for(""), "[]", some);
    Message message;

    SUBCASE("through the ring") { message.assign(raw(memory), arena); }
    SUBCASE("through an arena") { message.assign(announced(memory), lease_on(memory), arena); }

    REQUIRE(message.attachments().size() == 4);
    CHECK(message.attachments()[0].size == 0);
    CHECK(text(message.attachments()[1]) == "a");
    CHECK(message.attachments()[2].size == 0);
    CHECK(message.attachments()[3].size == 0);
}

TEST_CASE("message: the most attachments of all") {
    std::vector<std::uint32_t> numbers(kMaxAttachments);
    std::vector<bridge32_attachment> many;
    for (std::uint32_t i = 0; i < kMaxAttachments; ++i) {
        numbers[i] = i;
        many.push_back({&numbers[i], i % 3 == 0 ? sizeof numbers[i] : 0});
    }
    const auto memory = frame_of(header_for(""), "{}", many);
    Message message;

    message.assign(announced(memory), lease_on(memory), arena);

    REQUIRE(message.attachments().size() == kMaxAttachments);
    std::uint32_t wrong = 0;
    for (std::uint32_t i = 0; i < kMaxAttachments; ++i) {
        const auto& attachment = message.attachments()[i];
        if (i % 3 != 0 ? attachment.size != 0
                       : std::memcmp(attachment.data, &numbers[i], sizeof numbers[i]) != 0) {
            ++wrong;
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("message: each corrupted entry of the attachment table is a ProtocolError") {
    struct Corruption {
        std::string what;
        std::size_t field;
        std::uint64_t value;
    };
    constexpr std::size_t kOffset = offsetof(AttachmentEntry, offset);
    constexpr std::size_t kSize = offsetof(AttachmentEntry, size);
    // The frame: 256 bytes; attachments of 5 bytes at 128 and of 6 bytes at 192.
    const std::vector<Corruption> corruptions{
        {"not aligned", kOffset, 129},
        {"not aligned, by 8", kOffset, 136},
        {"at the frame's end", kOffset, 256},
        {"behind the frame", kOffset, 320},
        {"an offset of 4 GiB", kOffset, std::uint64_t{1} << 32},
        {"an offset that would overflow", kOffset, 0xFFFF'FFFF'FFFF'FFC0},
        {"one byte more than there are", kSize, 129},
        {"the whole frame, from 128", kSize, 256},
        {"a size of 4 GiB and one byte", kSize, (std::uint64_t{1} << 32) + 1},
        {"a size that would overflow", kSize, 0xFFFF'FFFF'FFFF'FF80},
        {"the largest size", kSize, 0xFFFF'FFFF'FFFF'FFFF},
    };
    for (const auto& corruption : corruptions) {
        CAPTURE(corruption.what);
        auto memory = frame_of(header_for(""), kJson, kTwo);
        REQUIRE(memory.size() == 256);
        std::byte* entry = memory.data() + table_of(kJson.size());
        poke(entry, corruption.field, corruption.value);

        Message message;
        CHECK_THROWS_AS(message.assign(raw(memory), arena), ProtocolError);
        CHECK_THROWS_AS(message.assign(announced(memory), lease_on(memory), arena), ProtocolError);
    }
}

TEST_CASE("message: attachments up to the frame's last byte are fine") {
    auto memory = frame_of(header_for(""), kJson, kTwo);
    std::byte* entry = memory.data() + table_of(kJson.size());
    poke(entry, offsetof(AttachmentEntry, size), std::uint64_t{128});
    Message message;

    message.assign(raw(memory), arena);

    CHECK(message.attachments()[0].size == 128);
    CHECK(text(message.attachments()[0]).substr(64, 6) == "world!");
}

TEST_CASE("message: a frame in the arena that is not the announced one is a ProtocolError") {
    const auto memory = frame_of(header_for("", 7), kJson, kTwo);
    FrameHeader outer = announced(memory);
    Word state{1};
    Message message;

    SUBCASE("another kind") { outer.kind = static_cast<std::uint8_t>(FrameKind::kReply); }
    SUBCASE("another call") { outer.call_id = 8; }
    SUBCASE("another relation") { outer.related_id = 8; }
    SUBCASE("other flags") { outer.flags |= kNoReply; }

    CHECK_THROWS_AS(message.assign(outer, lease_on(memory, &state), arena), ProtocolError);
    message.clear();
    CHECK(state.load() == 0);
}

TEST_CASE("message: a block too small for its frame is a ProtocolError") {
    auto memory = frame_of(header_for(""), kJson, kTwo);
    const FrameHeader outer = announced(memory);
    Message message;

    SUBCASE("the frame is larger than the block") {
        poke(memory.data(), offsetof(FrameHeader, frame_bytes), std::uint32_t{320});
        CHECK_THROWS_AS(message.assign(outer, lease_on(memory), arena), ProtocolError);
    }
    SUBCASE("the block has no room for a header") {
        CHECK_THROWS_AS(message.assign(outer, Lease(nullptr, memory.data(), 16, nullptr), arena),
                        ProtocolError);
    }
    SUBCASE("the block is empty") {
        CHECK_THROWS_AS(message.assign(outer, Lease(nullptr, memory.data(), 0, nullptr), arena),
                        ProtocolError);
    }
    SUBCASE("the JSON text is larger than the frame") {
        poke(memory.data(), offsetof(FrameHeader, json_bytes), std::uint32_t{0xFFFF'FFF0});
        CHECK_THROWS_AS(message.assign(outer, lease_on(memory), arena), ProtocolError);
    }
}

TEST_CASE("message: one object reused needs no new memory") {
    const auto small = frame_of(header_for("", 1), kJson, kTwo);
    const auto large = frame_of(header_for("", 2), std::string(10'000, ' '));
    Message message;
    message.assign(raw(large), arena);
    const char* place = message.json().data();

    for (int i = 0; i < 100; ++i) {
        message.assign(raw(small), arena);
        CHECK(message.json().data() == place);
        message.assign(raw(large), arena);
        CHECK(message.json().data() == place);
    }
}

TEST_CASE("message: moving takes everything along, and leaves an object to use again") {
    const auto memory = frame_of(header_for("", 1), kJson, kTwo);
    const auto other = frame_of(header_for("", 2), "[]");
    Message first;
    first.assign(raw(memory), arena);

    Message second(std::move(first));
    first.assign(raw(other), arena);

    CHECK(second.json() == kJson);
    CHECK(text(second.attachments()[1]) == "world!");
    CHECK(first.json() == "[]");

    first = std::move(second);
    second.assign(raw(other), arena);
    CHECK(first.json() == kJson);
    CHECK(text(first.attachments()[0]) == "hello");
    CHECK(second.call_id() == 2);
}

TEST_CASE("message: an unreadable one says what it would have been, and why it is not") {
    const auto memory = frame_of(header_for("", 9), kJson, kTwo);
    Message message;
    message.assign(raw(memory), arena);

    message.assign_unreadable(announced(memory), "3 GiB do not fit");

    CHECK_FALSE(message.readable());
    CHECK(message.unreadable_reason() == "3 GiB do not fit");
    CHECK(message.kind() == FrameKind::kRequest);
    CHECK(message.call_id() == 9);
    CHECK(message.json().empty());
    CHECK(message.attachments().empty());
    message.assign(raw(memory), arena);
    CHECK(message.readable());
    CHECK(message.json() == kJson);
}

}  // namespace message_test
