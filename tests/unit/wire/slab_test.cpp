#include "wire/slab.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <limits>
#include <set>
#include <string>

#include "base/names.hpp"
#include "unit/wire/support.hpp"

namespace slab_test {

using namespace bridge32;
using namespace bridge32::wire;

namespace {

constexpr std::uint64_t kMiB = 1024 * 1024;

struct TestSlab {
    explicit TestSlab(std::uint64_t block_bytes)
        : slab(bridge32::unguessable_name(), 7, block_bytes) {}

    Slab slab;
};

}  // namespace

TEST_CASE("slab: sizes of blocks are powers of two, and steps of an eighth for large ones") {
    CHECK(block_bytes_for(0) == 256);
    CHECK(block_bytes_for(1) == 256);
    CHECK(block_bytes_for(256) == 256);
    CHECK(block_bytes_for(257) == 512);
    CHECK(block_bytes_for(40'000) == 65'536);
    CHECK(block_bytes_for(kMiB / 2) == kMiB / 2);
    CHECK(block_bytes_for(kMiB / 2 + 1) == kMiB / 2 + kMiB / 16);
    CHECK(block_bytes_for(kMiB) == kMiB);
    CHECK(block_bytes_for(kMiB + 1) == kMiB + kMiB / 8);
    CHECK(block_bytes_for(3 << 20) == 3 << 20);
    CHECK(block_bytes_for(std::uint64_t{3} << 30) == std::uint64_t{3} << 30);
    for (std::uint64_t size = 1; size < std::uint64_t{1} << 40; size += size / 7 + 1) {
        REQUIRE(block_bytes_for(size) >= size);
        REQUIRE(block_bytes_for(size) % 64 == 0);
    }
}

TEST_CASE("slab: its blocks are apart, aligned, and as many as its slots allow") {
    struct Expected {
        std::uint64_t block_bytes;
        std::size_t blocks;
    };
    for (const auto& expected : {Expected{256, 1008}, Expected{4096, 256}, Expected{65'536, 16},
                                 Expected{kMiB / 2, 4}, Expected{kMiB, 1}}) {
        CAPTURE(expected.block_bytes);
        TestSlab test(expected.block_bytes);
        std::set<std::byte*> places;

        while (const auto slot = test.slab.take(expected.block_bytes)) {
            std::byte* memory = test.slab.memory(*slot);
            std::memset(memory, 0x77, static_cast<std::size_t>(expected.block_bytes));
            places.insert(memory);
            REQUIRE(*slot < kArenaSlots);
            REQUIRE(reinterpret_cast<std::uintptr_t>(memory) % 64 == 0);
        }

        REQUIRE(places.size() == expected.blocks);
        for (const std::byte* place : places) {
            const auto next = places.upper_bound(const_cast<std::byte*>(place));
            if (next != places.end()) {
                REQUIRE(*next - place == static_cast<std::ptrdiff_t>(expected.block_bytes));
            }
        }
        CHECK(test.slab.references(0).load() == 0);
    }
}

TEST_CASE("slab: a block is free when neither side uses it") {
    TestSlab test(kMiB);
    REQUIRE(test.slab.take(kMiB) == 0);
    CHECK_FALSE(test.slab.idle());
    CHECK_FALSE(test.slab.take(kMiB));

    SUBCASE("only we did") { test.slab.let_go(0); }
    SUBCASE("the peer lets go first") {
        test.slab.references(0).store(2);
        test.slab.references(0).store(0);
        CHECK_FALSE(test.slab.take(kMiB));
        test.slab.let_go(0);
    }
    SUBCASE("we let go first") {
        test.slab.references(0).store(2);
        test.slab.let_go(0);
        CHECK_FALSE(test.slab.idle());
        CHECK_FALSE(test.slab.take(kMiB));
        test.slab.references(0).store(1);
        CHECK_FALSE(test.slab.take(kMiB));
        test.slab.references(0).store(0);
    }

    CHECK(test.slab.idle());
    CHECK(test.slab.take(kMiB) == 0);
}

TEST_CASE("slab: the block that was in use last is used next") {
    TestSlab test(4096);
    REQUIRE(test.slab.take(1) == 0);
    REQUIRE(test.slab.take(1) == 1);

    SUBCASE("when the peer never had it") { test.slab.let_go(1); }
    SUBCASE("when the peer is through with it") {
        test.slab.references(1).store(1);
        test.slab.let_go(1);
        test.slab.references(1).store(0);
    }

    CHECK(test.slab.take(1) == 1);
}

TEST_CASE("slab: a block counts as fresh only at its first use") {
    TestSlab test(kMiB);
    REQUIRE(test.slab.take(1) == 0);
    CHECK(test.slab.fresh(0));

    for (int i = 0; i < 3; ++i) {
        test.slab.let_go(0);
        REQUIRE(test.slab.take(1) == 0);
        CHECK_FALSE(test.slab.fresh(0));
    }
}

TEST_CASE("slab: a peer that counts wrongly makes a block unusable at most") {
    TestSlab test(kMiB / 2);  // 4 blocks
    for (std::uint32_t slot = 0; slot < 4; ++slot)
        REQUIRE(test.slab.take(1) == slot);
    test.slab.references(0).fetch_sub(1);  // to 2^32 - 1
    test.slab.references(1).store(17);
    test.slab.references(2).fetch_sub(1000);

    for (std::uint32_t slot = 0; slot < 4; ++slot)
        test.slab.let_go(slot);

    CHECK(test.slab.take(1) == 3);
    CHECK_FALSE(test.slab.take(1));
    CHECK_FALSE(test.slab.idle());
}

TEST_CASE("slab: it finds what lies in a block in use, and nothing else") {
    TestSlab test(4096);
    const std::uint32_t first = test.slab.take(4096).value();
    const std::uint32_t second = test.slab.take(1000).value();
    const std::byte* memory = test.slab.memory(second);

    const auto found = test.slab.find(memory + 64, 936);
    REQUIRE(found.has_value());
    CHECK(found->offset == kArenaDataOffset + second * 4096 + 64);
    CHECK(found->size == 936);
    CHECK(found->segment == 7);
    CHECK(found->slot == second);
    CHECK(test.slab.find(test.slab.memory(first), 4096).has_value());

    CHECK_FALSE(test.slab.find(memory, 1001));
    CHECK_FALSE(test.slab.find(memory + 64, 937));
    CHECK_FALSE(test.slab.find(memory, std::numeric_limits<std::uint64_t>::max()));
    CHECK_FALSE(test.slab.find(memory + 1, 8));
    CHECK_FALSE(test.slab.find(memory + 32, 64));
    CHECK_FALSE(test.slab.find(memory + 1024, 1));
    CHECK_FALSE(test.slab.find(test.slab.memory(first), 4097));  // into the next block
    CHECK_FALSE(test.slab.find(test.slab.begin(), 64));
    CHECK_FALSE(test.slab.find(memory + 4096, 1));  // free
    CHECK_FALSE(test.slab.find(memory + 64 * kMiB, 1));
    test.slab.let_go(second);
    CHECK_FALSE(test.slab.find(memory, 1));
}

}  // namespace slab_test
