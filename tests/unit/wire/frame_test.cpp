// Frames as bytes: sizes, places and content, in literal numbers.
#include "wire/frame.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "unit/wire/support.hpp"

namespace frame_test {

using namespace bridge32;
using namespace bridge32::wire;
using bridge32::test::frame_of;
using bridge32::test::header_for;

namespace {

std::uint32_t u32(const test::AlignedMemory& memory, std::size_t offset) {
    std::uint32_t value;
    std::memcpy(&value, memory.data() + offset, sizeof value);
    return value;
}

std::uint64_t u64(const test::AlignedMemory& memory, std::size_t offset) {
    std::uint64_t value;
    std::memcpy(&value, memory.data() + offset, sizeof value);
    return value;
}

}  // namespace

TEST_CASE("frame: without attachments, header and JSON text are rounded up to 64") {
    CHECK(frame_size(0, {}) == 64);
    CHECK(frame_size(32, {}) == 64);
    CHECK(frame_size(33, {}) == 128);
    CHECK(frame_size(96, {}) == 128);
    CHECK(frame_size(97, {}) == 192);
    CHECK(frame_size(0xFFFF'FFFF, {}) == 0x1'0000'0040);
}

TEST_CASE("frame: attachments begin at multiples of 64 behind the table") {
    const auto size_with = [](std::uint64_t json_bytes, std::vector<std::uint64_t> sizes) {
        std::vector<bridge32_attachment> attachments;
        for (const auto size : sizes)
            attachments.push_back({nullptr, size});
        return frame_size(json_bytes, {attachments, {}});
    };

    CHECK(size_with(0, {0}) == 64);
    CHECK(size_with(8, {0}) == 64);
    CHECK(size_with(9, {0}) == 128);  // the table begins at 48 and ends at 72
    CHECK(size_with(0, {1}) == 128);
    CHECK(size_with(0, {64}) == 128);
    CHECK(size_with(0, {65}) == 192);
    CHECK(size_with(0, {1, 1}) == 256);
    CHECK(size_with(0, {0, 0, 0}) == 128);
    CHECK(size_with(2, {std::uint64_t{1} << 32}) == 0x1'0000'0040);
}

TEST_CASE("frame: its bytes are where the protocol says") {
    const std::array<bridge32_attachment, 3> attachments{{{"abc", 3}, {nullptr, 0}, {"de", 2}}};
    FrameHeader header = header_for("", 0x1122'3344'5566'7788);
    header.flags = kNoReply;
    header.related_id = 0x99AA'BBCC'DDEE'FF00;

    const auto memory = frame_of(header, "[1,2,3]", attachments);

    REQUIRE(memory.size() == 256);
    CHECK(u32(memory, 0) == 256);
    CHECK(u32(memory, 4) == 0x0000'0102);  // kind 2, flags 1
    CHECK(u64(memory, 8) == 0x1122'3344'5566'7788);
    CHECK(u64(memory, 16) == 0x99AA'BBCC'DDEE'FF00);
    CHECK(u32(memory, 24) == 7);
    CHECK(u32(memory, 28) == 3);
    CHECK(std::memcmp(memory.data() + 32, "[1,2,3]", 7) == 0);
    // The table at 40: offset, size, segment, slot.
    CHECK(u64(memory, 40) == 128);
    CHECK(u64(memory, 48) == 3);
    CHECK(u32(memory, 56) == 0xFFFF'FFFF);
    CHECK(u32(memory, 60) == 0);
    CHECK(u64(memory, 64) == 192);
    CHECK(u64(memory, 72) == 0);
    CHECK(u64(memory, 88) == 192);
    CHECK(u64(memory, 96) == 2);
    CHECK(std::memcmp(memory.data() + 128, "abc", 3) == 0);
    CHECK(std::memcmp(memory.data() + 192, "de", 2) == 0);
}

TEST_CASE("frame: what goes by reference takes an entry and no more, however large it is") {
    const std::array<bridge32_attachment, 3> attachments{
        {{"abc", 3}, {nullptr, std::uint64_t{5} << 32}, {"de", 2}}};
    const AttachmentEntry copied{0, 0, kInFrame, 0};
    const std::array<AttachmentEntry, 3> entries{
        {copied, {8192, std::uint64_t{5} << 32, 7, 9}, copied}};
    CHECK(frame_size(7, {attachments, entries}) == 256);

    const auto memory = frame_of(header_for("", 1), "[1,2,3]", attachments, entries);

    REQUIRE(memory.size() == 256);
    CHECK(u64(memory, 40) == 128);
    CHECK(u32(memory, 56) == 0xFFFF'FFFF);
    CHECK(u64(memory, 64) == 8192);
    CHECK(u64(memory, 72) == std::uint64_t{5} << 32);
    CHECK(u32(memory, 80) == 7);
    CHECK(u32(memory, 84) == 9);
    CHECK(u64(memory, 88) == 192);
    CHECK(std::memcmp(memory.data() + 128, "abc", 3) == 0);
    CHECK(std::memcmp(memory.data() + 192, "de", 2) == 0);
}

TEST_CASE("frame: empty JSON text needs no memory") {
    const auto memory = frame_of(header_for(""), std::string_view());

    CHECK(memory.size() == 64);
    CHECK(checked_header(memory.data(), 64).json_bytes == 0);
}

TEST_CASE("frame: a header is accepted up to the last byte of its frame") {
    auto memory = frame_of(header_for(""), std::string(32, ' '));
    CHECK(checked_header(memory.data(), 64).json_bytes == 32);

    test::poke(memory.data(), offsetof(FrameHeader, json_bytes), std::uint32_t{33});
    CHECK_THROWS_AS(checked_header(memory.data(), 64), ProtocolError);

    test::poke(memory.data(), offsetof(FrameHeader, json_bytes), std::uint32_t{8});
    test::poke(memory.data(), offsetof(FrameHeader, attachment_count), std::uint32_t{1});
    CHECK(checked_header(memory.data(), 64).attachment_count == 1);

    test::poke(memory.data(), offsetof(FrameHeader, json_bytes), std::uint32_t{9});
    CHECK_THROWS_AS(checked_header(memory.data(), 64), ProtocolError);
}

}  // namespace frame_test
