#include "wire/peer_arena.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/names.hpp"
#include "unit/os/sparse_segment.hpp"
#include "unit/wire/support.hpp"
#include "wire/arena.hpp"

namespace linux_peer_arena_test {

using namespace bridge32;
using namespace bridge32::wire;
using bridge32::test::segments_named;

namespace {

constexpr std::uint64_t kMiB = 1024 * 1024;

}  // namespace

TEST_CASE("peer arena: the name of a segment goes when it is mapped") {
    const std::string prefix = bridge32::unguessable_name() + ".c";
    Arena owner(prefix);
    PeerArena peer(prefix);
    const auto block = owner.make(kMiB);
    CHECK(segments_named(prefix).size() == 1);
    const auto place = owner.find(block->data(), block->size());
    REQUIRE(place.has_value());
    place->references->fetch_add(1);

    const Lease lease = peer.acquire(place->reference);

    CHECK(segments_named(prefix).empty());
}

TEST_CASE("peer arena: names that a dead peer has left go with it, and only those") {
    const std::string prefix = bridge32::unguessable_name() + ".c";
    const auto first = os::Segment::create(prefix + "0", 4096);
    const auto second = os::Segment::create(prefix + "17", 4096);
    const auto other = os::Segment::create(prefix + "x", 4096);
    const auto shorter = os::Segment::create(prefix, 4096);

    { const PeerArena peer(prefix); }

    CHECK(segments_named(prefix).size() == 2);
    other.unlink();
    shorter.unlink();
    CHECK(segments_named(prefix).empty());
}

TEST_CASE("peer arena: a reference to what is too large to map is given back all the same") {
    const std::string prefix = bridge32::unguessable_name() + ".c";
    PeerArena peer(prefix);
    const test::SparseSegment segment(prefix + "0", std::uint64_t{1} << 50);
    const auto header = os::Segment::open(segment.name(), kArenaDataOffset);
    auto* arena = new (header.data()) ArenaHeader{};
    arena->magic = kArenaMagic;
    arena->slots[3].store(2);

    CHECK_THROWS_AS(peer.acquire({4096, kMiB, 0, 3}), Error);
    CHECK(arena->slots[3].load() == 1);
    CHECK_THROWS_AS(peer.acquire({4096, kMiB, 0, kArenaSlots}), Error);

    CHECK(peer.segment_count() == 0);
    CHECK(segments_named(prefix).size() == 1);
}

TEST_CASE("peer arena: address space that nobody reads any more makes room, in 32 bits too") {
#if defined(__SANITIZE_ADDRESS__)
    constexpr std::uint64_t kSize = 300 * kMiB;  // its own memory splits the address space
#else
    constexpr std::uint64_t kSize = 800 * kMiB;
#endif
    const std::string prefix = bridge32::unguessable_name() + ".c";
    PeerArena peer(prefix);
    std::vector<std::unique_ptr<test::SparseSegment>> segments;
    std::vector<std::unique_ptr<os::Segment>> headers;
    for (int i = 0; i < 6; ++i) {
        segments.push_back(
            std::make_unique<test::SparseSegment>(prefix + std::to_string(i), kSize));
        headers.push_back(std::make_unique<os::Segment>(
            os::Segment::open(prefix + std::to_string(i), kArenaDataOffset)));
        auto* arena = new (headers.back()->data()) ArenaHeader{};
        arena->magic = kArenaMagic;
        arena->slots[0].store(3);
    }
    const auto slot = [&](std::size_t i) -> Word& {
        return reinterpret_cast<ArenaHeader*>(headers[i]->data())->slots[0];
    };
    const auto reference = [](std::uint32_t i) {
        return ArenaReference{kArenaDataOffset, kSize - kArenaDataOffset, i, 0};
    };

    // 4.7 GiB in all, of which one is read at a time; one is held throughout.
    const Lease held = peer.acquire(reference(0));
    for (int round = 0; round < 2; ++round) {
        for (std::uint32_t i = 1; i < 6; ++i) {
            CAPTURE(i);
            const Lease lease = peer.acquire(reference(i));
            auto* memory = const_cast<std::byte*>(lease.memory());
            CHECK(memory[0] == static_cast<std::byte>(round == 0 ? 0 : i));
            memory[0] = static_cast<std::byte>(i);
        }
    }

    CHECK(held.memory()[0] == std::byte{0});
    CHECK(slot(0).load() == 3);
    for (std::size_t i = 1; i < 6; ++i)
        CHECK(slot(i).load() == 1);
    peer.give_back(reference(1));
    CHECK(slot(1).load() == 0);
    CHECK(peer.segment_count() == 6);
    CHECK(segments_named(prefix).empty());
}

}  // namespace linux_peer_arena_test
