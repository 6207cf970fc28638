#include "wire/arena.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/names.hpp"
#include "unit/wire/support.hpp"
#include "wire/doorbell.hpp"

namespace arena_test {

using namespace bridge32;
using namespace bridge32::wire;
using bridge32::test::named_segments;
using bridge32::test::Random;
using bridge32::test::segments_named;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kMiB = 1024 * 1024;

struct TestArena {
    std::string prefix = bridge32::unguessable_name() + ".c";
    Arena arena{prefix};
};

/// A reference to all of `block`, counted as the peer's.
Arena::Place lend(const Arena& arena, const Block& block) {
    const auto place = arena.find(block.data(), block.size());
    REQUIRE(place.has_value());
    place->references->fetch_add(1);
    return *place;
}

bool all_zero(const Block& block) {
    return std::all_of(block.data(), block.data() + block.size(),
                       [](std::byte byte) { return byte == std::byte{0}; });
}

}  // namespace

TEST_CASE("arena: a block has its size, is aligned and zero") {
    TestArena test;

    for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{256},
                                     std::uint64_t{100'000}, kMiB, 5 * kMiB + 1}) {
        CAPTURE(size);
        const auto block = test.arena.make(size);
        CHECK(block->size() == size);
        REQUIRE(block->data() != nullptr);
        CHECK(reinterpret_cast<std::uintptr_t>(block->data()) % 64 == 0);
        CHECK(all_zero(*block));
    }
}

TEST_CASE("arena: a block that was used before is zero again, or as it was when that will do") {
    TestArena test;
    const std::byte* memory = nullptr;
    {
        const auto block = test.arena.make(kMiB);
        memory = block->data();
        std::memset(block->data(), 0x5A, kMiB);
    }
    {
        const auto block = test.arena.make(kMiB, Content::kAny);
        REQUIRE(block->data() == memory);
        CHECK(block->data()[kMiB - 1] == std::byte{0x5A});
    }

    const auto block = test.arena.make(kMiB);

    REQUIRE(block->data() == memory);
    CHECK(all_zero(*block));
}

TEST_CASE("arena: small blocks share a segment, a large one has one of its own") {
    TestArena test;
    std::vector<std::shared_ptr<Block>> blocks;

    for (int i = 0; i < 1008; ++i)
        blocks.push_back(test.arena.make(200));
    CHECK(test.arena.segment_count() == 1);
    blocks.push_back(test.arena.make(200));
    CHECK(test.arena.segment_count() == 2);
    blocks.push_back(test.arena.make(300));
    CHECK(test.arena.segment_count() == 3);
    blocks.push_back(test.arena.make(kMiB));
    blocks.push_back(test.arena.make(kMiB));
    CHECK(test.arena.segment_count() == 5);
}

TEST_CASE("arena: many blocks of a size, small or large, need few segments") {
    TestArena test;
    std::vector<std::shared_ptr<Block>> blocks;

    for (const std::uint64_t size : {kMiB, std::uint64_t{40'000}}) {
        for (int i = 0; i < 150; ++i)
            blocks.push_back(test.arena.make(size, Content::kAny));
    }

    // 16 of one MiB each, then an eighth more at a time; and 16 blocks of 64 KiB in the first.
    CHECK(test.arena.segment_count() < 50);
}

TEST_CASE("arena: a block is not given out again while anybody uses it") {
    TestArena test;
    auto first = test.arena.make(kMiB);
    const std::byte* memory = first->data();
    const auto place = lend(test.arena, *first);

    first.reset();
    auto second = test.arena.make(kMiB);
    CHECK(second->data() != memory);
    place.references->fetch_sub(1);
    auto third = test.arena.make(kMiB);

    CHECK(third->data() == memory);
    CHECK(test.arena.segment_count() == 2);
}

TEST_CASE("arena: a peer that subtracts too often loses us a block, and nothing more") {
    TestArena test;
    auto first = test.arena.make(kMiB);
    const std::byte* memory = first->data();
    lend(test.arena, *first).references->fetch_sub(5);

    first.reset();
    const auto second = test.arena.make(kMiB);
    const auto third = test.arena.make(kMiB);

    CHECK(second->data() != memory);
    CHECK(third->data() != memory);
    CHECK(third->data() != second->data());
    CHECK(test.arena.segment_count() == 3);
}

TEST_CASE("arena: a small block does not occupy a large segment") {
    TestArena test;
    test.arena.make(16 * kMiB);

    const auto small = test.arena.make(kMiB);
    const auto large = test.arena.make(16 * kMiB);

    CHECK(test.arena.segment_count() == 2);
    CHECK(test.arena.find(large->data(), 1)->reference.segment == 0);
}

TEST_CASE("arena: a million blocks of a few sizes that come and go need no more segments") {
    TestArena test;
    constexpr std::array<std::uint64_t, 8> kSizes{1,      300,     4096, 40'000,
                                                  70'000, 500'000, kMiB, 3 * kMiB};
    std::array<std::shared_ptr<Block>, 4> kept;
    const auto round = [&](int i) {
        // A little more or less each time: such sizes share a block.
        const std::uint64_t size = kSizes[static_cast<std::size_t>(i) % kSizes.size()];
        auto block =
            test.arena.make(size - size / 100 * static_cast<std::uint64_t>(i % 3), Content::kAny);
        const auto place = lend(test.arena, *block);
        kept[static_cast<std::size_t>(i) % kept.size()] = std::move(block);
        place.references->fetch_sub(1);
    };
    for (int i = 0; i < 1000; ++i)
        round(i);
    const std::size_t segments = test.arena.segment_count();
    const auto end = Clock::now() + 5s;  // on a busy machine

    std::size_t most = segments;
    for (int i = 1000; i < 1'000'000 && (i % 1000 != 0 || Clock::now() < end); ++i) {
        round(i);
        if (i % 100 == 0) most = std::max(most, test.arena.segment_count());
    }

    CHECK(segments <= 12);
    CHECK(most == segments);
}

TEST_CASE("arena: segments in surplus are retired") {
    TestArena test;
    std::uint64_t size = kMiB;

    // Each is more than twice the one before: nothing is used again.
    for (int i = 0; i < 6; ++i, size = size * 9 / 4) {
        test.arena.make(size, Content::kAny);
        CHECK(test.arena.segment_count() <= 4);
    }
    CHECK(test.arena.segment_count() == 4);
    CHECK(segments_named(test.prefix).size() == named_segments(4));

    std::vector<std::shared_ptr<Block>> blocks;
    for (int i = 0; i < 5000; ++i)
        blocks.push_back(test.arena.make(100));
    CHECK(test.arena.segment_count() == 4 - 1 + 5);
    blocks.clear();
    test.arena.make(1000);  // a segment of a new size: a moment to tidy up
    CHECK(test.arena.segment_count() == 3 + 1 + 1);
}

TEST_CASE("arena: segments that nobody uses go, and those of calls that repeat stay") {
    TestArena test;
    const auto used = test.arena.make(100);
    const auto segments = [&] { return test.arena.segment_count(); };
    test.arena.make(64 * kMiB);
    const auto end = Clock::now() + 20s;
    std::size_t most = 0;
    while (segments() > 1 && Clock::now() < end) {
        std::this_thread::sleep_for(20ms);
        most = std::max(most, segments());
    }

    CHECK(segments() == 1);  // the one in use
    CHECK(most <= 2);
}

TEST_CASE("arena: it finds what lies in a block that somebody has, and nothing else") {
    TestArena test;
    CHECK_FALSE(test.arena.has_blocks());
    std::vector<std::shared_ptr<Block>> blocks;
    for (int i = 0; i < 100; ++i)
        blocks.push_back(test.arena.make(static_cast<std::uint64_t>(i) * 7000 + 64));
    CHECK(test.arena.has_blocks());

    for (const auto& block : blocks) {
        const auto place = test.arena.find(block->data() + 64, block->size() - 64);
        REQUIRE(place.has_value());
        CHECK(place->reference.size == block->size() - 64);
        CHECK(place->references->load() == 0);
        CHECK_FALSE(test.arena.find(block->data() + 64, block->size() - 63));
        CHECK_FALSE(test.arena.find(block->data() + 8, 8));
    }
    const std::array<char, 64> elsewhere{};
    CHECK_FALSE(test.arena.find(elsewhere.data(), 1));
    CHECK_FALSE(test.arena.find(nullptr, 1));
    CHECK_FALSE(test.arena.find(elsewhere.data(), std::numeric_limits<std::uint64_t>::max()));

    const std::byte* memory = blocks.back()->data();
    blocks.clear();
    CHECK_FALSE(test.arena.find(memory, 1));
    CHECK_FALSE(test.arena.has_blocks());
}

TEST_CASE("arena: a block outlives its arena, and no name is left") {
    std::string prefix;
    std::shared_ptr<Block> small;
    std::shared_ptr<Block> large;
    {
        TestArena test;
        prefix = test.prefix;
        small = test.arena.make(100);
        large = test.arena.make(2 * kMiB);
        test.arena.make(5 * kMiB);
        CHECK(segments_named(prefix).size() == named_segments(3));
    }
    CHECK(segments_named(prefix).size() == named_segments(2));

    std::memset(small->data(), 1, 100);
    std::memset(large->data(), 2, 2 * kMiB);
    CHECK(small->data()[99] == std::byte{1});
    large.reset();
    CHECK(small->data()[0] == std::byte{1});
}

TEST_CASE("arena: a block that is not to be had is an Error that names the size") {
    TestArena test;

    for (const std::uint64_t size :
         {std::uint64_t{1} << 52, std::uint64_t{1} << 62, std::uint64_t{1} << 63,
          std::numeric_limits<std::uint64_t>::max()}) {
        try {
            test.arena.make(size);
            FAIL("PiB of shared memory");
        } catch (const Error& e) {
            CHECK(std::string(e.what()).find(std::to_string(size) + " bytes (") !=
                  std::string::npos);
        }
    }

    CHECK(test.arena.segment_count() == 0);
    CHECK_FALSE(test.arena.has_blocks());
    CHECK(segments_named(test.prefix).empty());
    CHECK(test.arena.make(1000)->data() != nullptr);
}

TEST_CASE("arena: threads make blocks and let go of each other's") {
    constexpr int kThreads = 4;
    constexpr int kRounds = 5000;
    TestArena test;
    std::array<std::atomic<std::shared_ptr<Block>>, 16> exchange;
    std::atomic<int> wrong{0};
    const auto work = [&](int thread) {
        Random random(static_cast<std::uint64_t>(thread));
        for (int i = 0; i < kRounds; ++i) {
            const std::uint64_t size = 8 + random.below(i % 500 == 0 ? 2'000'000 : 3000);
            auto block = test.arena.make(size);
            if (block->data()[0] != std::byte{0} || block->data()[size - 1] != std::byte{0}) {
                ++wrong;
            }
            // Marked at both ends: nobody else has this memory.
            const std::uint32_t mark = random.below(1 << 30);
            test::poke(block->data(), 0, mark);
            test::poke(block->data(), static_cast<std::size_t>(size) - 4, mark);
            const auto place = test.arena.find(block->data(), size);
            if (!place || place->reference.size != size) ++wrong;
            auto other = exchange[random.below(16)].exchange(std::move(block));
            if (other != nullptr &&
                std::memcmp(other->data(), other->data() + other->size() - 4, 4) != 0) {
                ++wrong;
            }
        }
    };

    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i)
        threads.emplace_back(work, i);
    for (auto& thread : threads)
        thread.join();
    for (auto& slot : exchange)
        slot.store(nullptr);

    CHECK(wrong.load() == 0);
    CHECK_FALSE(test.arena.has_blocks());
}

}  // namespace arena_test
