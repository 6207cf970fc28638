#include "wire/peer_arena.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/names.hpp"
#include "unit/wire/support.hpp"
#include "wire/arena.hpp"

namespace peer_arena_test {

using namespace bridge32;
using namespace bridge32::wire;

namespace {

constexpr std::uint64_t kMiB = 1024 * 1024;

/// An owner and a reader of the same arena, in one process.
struct Pair {
    std::string prefix = bridge32::unguessable_name() + ".c";
    std::pair<Link, Link> links = Link::pair(prefix);
    Arena owner{prefix};
    PeerArena peer{prefix, links.second};

    /// A reference to all of `block`, counted as the peer's.
    Arena::Place lend(const Block& block) {
        const auto place = owner.find(block.data(), block.size());
        REQUIRE(place.has_value());
        REQUIRE(place->slab->give(links.first));
        place->references->fetch_add(1);
        return *place;
    }
};

}  // namespace

TEST_CASE("peer arena: it reads what the owner wrote") {
    Pair pair;
    const auto block = pair.owner.make(kMiB);
    std::memset(block->data(), 0x5A, kMiB);

    const Lease lease = pair.peer.acquire(pair.lend(*block).reference);

    REQUIRE(lease.size() == kMiB);
    CHECK(lease.memory() != block->data());
    CHECK(std::memcmp(lease.memory(), block->data(), kMiB) == 0);
    CHECK(reinterpret_cast<std::uintptr_t>(lease.memory()) % 64 == 0);
}

TEST_CASE("peer arena: a lease gives its reference back at the end of its life, once") {
    Pair pair;
    const auto block = pair.owner.make(1000);
    const auto place = pair.lend(*block);
    {
        Lease lease = pair.peer.acquire(place.reference);
        Lease moved(std::move(lease));
        Lease assigned;
        assigned = std::move(moved);
        CHECK(place.references->load() == 1);
    }
    CHECK(place.references->load() == 0);

    pair.lend(*block);
    pair.lend(*block);
    Lease lease = pair.peer.acquire(place.reference);
    CHECK(place.references->load() == 2);
    lease = Lease();
    CHECK(place.references->load() == 1);
}

TEST_CASE("peer arena: any thread may let go of a lease") {
    Pair pair;
    const auto block = pair.owner.make(1000);
    const auto place = pair.lend(*block);
    Lease lease = pair.peer.acquire(place.reference);

    std::thread([held = std::move(lease)] {}).join();

    CHECK(place.references->load() == 0);
}

TEST_CASE("peer arena: references to one segment map it once") {
    Pair pair;

    for (int i = 0; i < 1000; ++i) {
        const auto block = pair.owner.make(kMiB - static_cast<std::uint64_t>(i));
        const Lease lease = pair.peer.acquire(pair.lend(*block).reference);
    }

    CHECK(pair.owner.segment_count() == 1);
    CHECK(pair.peer.segment_count() == 1);
}

TEST_CASE("peer arena: it lets go of segments that the owner has retired") {
    Pair pair;
    std::uint64_t size = kMiB;

    for (int i = 0; i < 6; ++i, size = size * 9 / 4) {
        const auto block = pair.owner.make(size, Content::kAny);
        const Lease lease = pair.peer.acquire(pair.lend(*block).reference);
        CHECK(pair.peer.segment_count() <= 5);
    }

    CHECK(pair.peer.segment_count() == 4);
}

TEST_CASE("peer arena: a lease outlives its segment's retirement, and both arenas") {
    const std::string expected(kMiB, 'q');
    Lease lease;
    {
        Pair pair;
        const auto block = pair.owner.make(kMiB);
        std::memcpy(block->data(), expected.data(), expected.size());
        lease = pair.peer.acquire(pair.lend(*block).reference);
    }

    CHECK(std::memcmp(lease.memory(), expected.data(), expected.size()) == 0);
}

TEST_CASE("peer arena: a reference out of range is a ProtocolError") {
    Pair pair;
    const auto block = pair.owner.make(kMiB);
    const auto place = pair.lend(*block);
    ArenaReference reference = place.reference;
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
    CHECK(place.references->load() == 1);
    CHECK(pair.peer.acquire(place.reference).size() == kMiB);
}

TEST_CASE("peer arena: a segment that is no arena is a ProtocolError") {
    Pair pair;
    std::uint64_t size = 8192;
    ArenaHeader header{};
    SUBCASE("all zero") {}
    SUBCASE("too small for its header") {
        size = 64;
        header.magic = kArenaMagic;
    }
    SUBCASE("of another version") {
        header.magic = kArenaMagic;
        header.wire_version = kWireVersion + 1;
    }
    const auto segment = os::Segment::create(pair.prefix + "0", size);
    std::memcpy(segment.data(), static_cast<const void*>(&header),
                std::min(sizeof header, static_cast<std::size_t>(segment.size())));
    REQUIRE(pair.links.first.give(SegmentKind::kArena, 0, segment));

    CHECK_THROWS_AS(pair.peer.acquire({4096, 64, 0, 0}), ProtocolError);

    CHECK(pair.peer.segment_count() == 0);
}

TEST_CASE("peer arena: a segment that cannot be mapped is an Error but no ProtocolError") {
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

TEST_CASE("peer arena: what is given back unread is not looked at") {
    Pair pair;
    const auto block = pair.owner.make(kMiB);
    const auto place = pair.lend(*block);
    pair.lend(*block);
    pair.lend(*block);

    pair.peer.give_back({0, 0, place.reference.segment, place.reference.slot});
    CHECK(place.references->load() == 2);
    CHECK(pair.peer.segment_count() == 1);
    { const Lease lease = pair.peer.acquire(place.reference); }
    pair.peer.give_back(place.reference);
    CHECK(place.references->load() == 0);

    pair.peer.give_back({0, 0, 99, 0});
    pair.peer.give_back({0, 0, place.reference.segment, kArenaSlots});
    pair.peer.give_back({0, 0, 0xFFFF'FFFF, 0xFFFF'FFFF});
    CHECK(place.references->load() == 0);
}

}  // namespace peer_arena_test
