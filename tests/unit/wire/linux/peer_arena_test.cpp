#include "wire/peer_arena.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <memory>
#include <new>
#include <span>
#include <string>
#include <vector>

#include "os/linux/segment_file.hpp"
#include "unit/os/linux/sparse_segment.hpp"
#include "unit/wire/support.hpp"
#include "wire/linux/local_socket.hpp"

namespace linux_peer_arena_test {

using namespace bridge32;
using namespace bridge32::wire;

namespace {

constexpr std::uint64_t kMiB = 1024 * 1024;

/// Gives a segment of which only the header is mapped.
void give(Link& link, std::uint32_t number, const os::Segment& header, std::uint64_t size) {
    LocalSocket socket(::dup(static_cast<int>(link.handle())));
    SegmentOffer offer{};
    offer.magic = kOfferMagic;
    offer.wire_version = kWireVersion;
    offer.kind = static_cast<std::uint32_t>(SegmentKind::kArena);
    offer.number = number;
    offer.bytes = size;
    REQUIRE(socket.send(std::as_bytes(std::span(&offer, 1)), header.file()->fd()));
}

}  // namespace

TEST_CASE("peer arena: a reference to what is too large to map is given back all the same") {
    auto links = Link::pair("bridge32-test");
    PeerArena peer("bridge32-test.c", links.second);
    const auto header = test::sparse_segment(std::uint64_t{1} << 50, kArenaDataOffset);
    auto* arena = new (header.data()) ArenaHeader{};
    arena->magic = kArenaMagic;
    arena->wire_version = kWireVersion;
    give(links.first, 0, header, std::uint64_t{1} << 50);
    arena->slots[3].store(2);

    CHECK_THROWS_AS(peer.acquire({4096, kMiB, 0, 3}), Error);
    CHECK(arena->slots[3].load() == 1);
    CHECK_THROWS_AS(peer.acquire({4096, kMiB, 0, kArenaSlots}), Error);
}

TEST_CASE("peer arena: address space that nobody reads any more makes room, in 32 bits too") {
#if defined(__SANITIZE_ADDRESS__)
    constexpr std::uint64_t kSize = 300 * kMiB;  // its own memory splits the address space
#else
    constexpr std::uint64_t kSize = 800 * kMiB;
#endif
    auto links = Link::pair("bridge32-test");
    PeerArena peer("bridge32-test.c", links.second);
    std::vector<os::Segment> headers;
    for (std::uint32_t i = 0; i < 6; ++i) {
        headers.push_back(test::sparse_segment(kSize, kArenaDataOffset));
        auto* arena = new (headers.back().data()) ArenaHeader{};
        arena->magic = kArenaMagic;
        arena->wire_version = kWireVersion;
        arena->slots[0].store(3);
        give(links.first, i, headers.back(), kSize);
    }
    const auto slot = [&](std::size_t i) -> Word& {
        return reinterpret_cast<ArenaHeader*>(headers[i].data())->slots[0];
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
}

}  // namespace linux_peer_arena_test
