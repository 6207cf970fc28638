#include "wire/arena.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <limits>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "unit/os/sparse_segment.hpp"
#include "unit/wire/support.hpp"

using namespace bridge32;
using namespace bridge32::wire;
using bridge32::test::segments_named;

namespace {

constexpr std::uint64_t kMiB = 1024 * 1024;

/// An owner and a reader of the same arena, in one process.
struct Pair {
    std::string prefix = os::unguessable_name() + ".c";
    Arena owner{prefix};
    PeerArena peer{prefix};
};

bool in_use(const Arena::Block& block) {
    return block.state->load() == static_cast<std::uint32_t>(BlockState::kInUse);
}

}  // namespace

TEST_CASE("arena: the peer reads what the owner wrote") {
    Pair pair;
    const auto block = pair.owner.allocate(kMiB);
    CHECK(block.reference.size == kMiB);
    CHECK(reinterpret_cast<std::uintptr_t>(block.memory) % 64 == 0);
    std::memset(block.memory, 0x5A, kMiB);

    const Lease lease = pair.peer.acquire(block.reference);

    REQUIRE(lease.size() == kMiB);
    CHECK(lease.memory() != block.memory);
    CHECK(std::memcmp(lease.memory(), block.memory, kMiB) == 0);
    CHECK(reinterpret_cast<std::uintptr_t>(lease.memory()) % 64 == 0);
}

TEST_CASE("arena: a lease releases its block at the end of its life, once") {
    Pair pair;
    const auto block = pair.owner.allocate(1000);
    {
        Lease lease = pair.peer.acquire(block.reference);
        Lease moved(std::move(lease));
        CHECK(lease.memory() == nullptr);
        Lease assigned;
        assigned = std::move(moved);
        CHECK(in_use(block));
    }
    CHECK_FALSE(in_use(block));

    block.state->store(static_cast<std::uint32_t>(BlockState::kInUse));
    Lease lease = pair.peer.acquire(block.reference);
    lease = Lease();
    CHECK_FALSE(in_use(block));
}

TEST_CASE("arena: messages of one size map nothing new") {
    Pair pair;

    for (int i = 0; i < 1000; ++i) {
        // A little more or less each time: such sizes share a block.
        const auto block = pair.owner.allocate(kMiB - static_cast<std::uint64_t>(i));
        const Lease lease = pair.peer.acquire(block.reference);
        REQUIRE(block.reference.segment == 0);
    }

    CHECK(pair.owner.segment_count() == 1);
    CHECK(pair.peer.segment_count() == 1);
}

TEST_CASE("arena: a block in use is not given out again") {
    Pair pair;
    const auto first = pair.owner.allocate(kMiB);
    const auto second = pair.owner.allocate(kMiB);
    CHECK(first.reference.segment != second.reference.segment);
    CHECK(pair.owner.segment_count() == 2);

    { const Lease lease = pair.peer.acquire(first.reference); }
    const auto third = pair.owner.allocate(kMiB);

    CHECK(third.memory == first.memory);
    CHECK(in_use(second));
    CHECK(pair.owner.segment_count() == 2);
}

TEST_CASE("arena: the owner takes a block back that it did not send") {
    Pair pair;
    const auto first = pair.owner.allocate(kMiB);

    first.state->store(static_cast<std::uint32_t>(BlockState::kFree));

    CHECK(pair.owner.allocate(kMiB).memory == first.memory);
}

TEST_CASE("arena: a small message does not occupy a large block") {
    Pair pair;
    { const Lease lease = pair.peer.acquire(pair.owner.allocate(16 * kMiB).reference); }

    const auto small = pair.owner.allocate(kMiB);

    CHECK(small.reference.segment == 1);
    const auto large = pair.owner.allocate(16 * kMiB);
    CHECK(large.reference.segment == 0);
}

TEST_CASE("arena: segments in surplus are retired, and the peer lets go of them") {
    Pair pair;
    std::uint64_t size = kMiB / 2;

    // Each is more than twice the one before: nothing is used again.
    for (int i = 0; i < 7; ++i, size = size * 9 / 4) {
        const auto block = pair.owner.allocate(size);
        const Lease lease = pair.peer.acquire(block.reference);
        CHECK(pair.owner.segment_count() <= 5);
        CHECK(pair.peer.segment_count() <= 5);
    }

    CHECK(pair.owner.segment_count() == 4);
    CHECK(pair.peer.segment_count() == 4);
}

TEST_CASE("arena: a lease outlives the retirement of its segment, and both arenas") {
    std::string expected(kMiB, 'q');
    Lease lease;
    {
        Pair pair;
        const auto block = pair.owner.allocate(kMiB);
        std::memcpy(block.memory, expected.data(), expected.size());
        lease = pair.peer.acquire(block.reference);
    }

    CHECK(std::memcmp(lease.memory(), expected.data(), expected.size()) == 0);
}

TEST_CASE("arena: no name is left when the peer has mapped a segment, or the owner has gone") {
    std::string prefix;
    {
        Pair pair;
        prefix = pair.prefix;
        const auto block = pair.owner.allocate(kMiB);
        CHECK(segments_named(prefix).size() == 1);
        const Lease lease = pair.peer.acquire(block.reference);
        CHECK(segments_named(prefix).empty());
        pair.owner.allocate(kMiB);
        CHECK(segments_named(prefix).size() == 1);
    }
    CHECK(segments_named(prefix).empty());
}

TEST_CASE("arena: a reference out of range is a ProtocolError") {
    Pair pair;
    const auto block = pair.owner.allocate(kMiB);
    ArenaReference reference = block.reference;
    constexpr std::uint64_t kLargest = std::numeric_limits<std::uint64_t>::max();

    SUBCASE("before the blocks") { reference.offset = 0; }
    SUBCASE("inside the header") { reference.offset = 4032; }
    SUBCASE("not aligned") { reference.offset += 8; }
    SUBCASE("at the segment's end") { reference.offset = 4096 + kMiB; }
    SUBCASE("behind the segment") { reference.offset = 64 * kMiB; }
    SUBCASE("an offset that would overflow") { reference.offset = kLargest - 63; }
    SUBCASE("one byte too many") { reference.size = kMiB + 1; }
    SUBCASE("4 GiB too many") { reference.size += std::uint64_t{1} << 32; }
    SUBCASE("a size that would overflow") { reference.size = kLargest; }
    SUBCASE("a slot that there is not") { reference.slot = kArenaSlots; }
    SUBCASE("the largest slot") { reference.slot = 0xFFFF'FFFF; }

    CHECK_THROWS_AS(pair.peer.acquire(reference), ProtocolError);
    CHECK(pair.peer.acquire(block.reference).size() == kMiB);
}

TEST_CASE("arena: a segment that is no arena is a ProtocolError") {
    const std::string prefix = os::unguessable_name() + ".c";
    PeerArena peer(prefix);

    SUBCASE("all zero") {
        const auto segment = os::Segment::create(prefix + "0", 8192);
        CHECK_THROWS_AS(peer.acquire({4096, 64, 0, 0}), ProtocolError);
    }
    SUBCASE("too small for its header") {
        const auto segment = os::Segment::create(prefix + "0", 64);
        std::memcpy(segment.data(), &kArenaMagic, sizeof kArenaMagic);
        CHECK_THROWS_AS(peer.acquire({4096, 64, 0, 0}), ProtocolError);
    }

    CHECK(segments_named(prefix).empty());
}

TEST_CASE("arena: a segment that cannot be mapped is an Error but no ProtocolError") {
    Pair pair;

    try {
        pair.peer.acquire({4096, 64, 17, 0});
        FAIL("there is no such segment");
    } catch (const ProtocolError&) {
        FAIL("the peer has not broken the protocol");
    } catch (const Error& e) {
        CHECK(std::string(e.what()).find(pair.prefix + "17") != std::string::npos);
    }
}

TEST_CASE("arena: a block that is too large to map is released all the same") {
    const std::string prefix = os::unguessable_name() + ".c";
    PeerArena peer(prefix);
    const test::SparseSegment segment(prefix + "0", std::uint64_t{1} << 50);
    const auto header = os::Segment::open(segment.name(), kArenaDataOffset);
    auto* arena = new (header.data()) ArenaHeader{};
    arena->magic = kArenaMagic;
    arena->slots[3].store(static_cast<std::uint32_t>(BlockState::kInUse));

    CHECK_THROWS_AS(peer.acquire({4096, kMiB, 0, 3}), Error);
    CHECK(arena->slots[3].load() == static_cast<std::uint32_t>(BlockState::kFree));
    CHECK_THROWS_AS(peer.acquire({4096, kMiB, 0, kArenaSlots}), Error);

    CHECK(peer.segment_count() == 0);
    CHECK(segments_named(prefix).size() == 1);
}

TEST_CASE("arena: a block that is not to be had is an Error that names the size") {
    Pair pair;
    constexpr std::uint64_t kTooMuch = std::uint64_t{1} << 52;

    try {
        pair.owner.allocate(kTooMuch);
        FAIL("4 PiB of shared memory");
    } catch (const Error& e) {
        CHECK(std::string(e.what()).find("4503599627374592 bytes") != std::string::npos);
    }

    CHECK(pair.owner.segment_count() == 0);
    CHECK(segments_named(pair.prefix).empty());
    CHECK(pair.owner.allocate(1000).memory != nullptr);
}
