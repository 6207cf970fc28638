// Blocks of shared memory that attachments refer to, through a channel.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <utility>

#include "base/times.hpp"
#include "support/allocation_count.hpp"
#include "support/system.hpp"
#include "unit/wire/channel_ends.hpp"

namespace shared_block_test {

using namespace bridge32;
using namespace bridge32::wire;
using bridge32::test::all_of;
using bridge32::test::BlockShare;
using bridge32::test::ChannelEnds;
using bridge32::test::is_free;
using bridge32::test::kMiB;
using bridge32::test::named_segments;
using bridge32::test::segments_named;
using bridge32::test::send;
using bridge32::test::text;
using namespace std::chrono_literals;

namespace {

void fill(const BlockShare& block, char with) {
    std::memset(block->data(), with, static_cast<std::size_t>(block->size()));
}

}  // namespace

TEST_CASE("shared block: what lies in one is not copied, in either direction") {
    ChannelEnds ends(64 * 1024, WaitMode::kBlock);
    Message message;

    for (Channel* from : {ends.client.get(), ends.host.get()}) {
        Channel* to = from == ends.client.get() ? ends.host.get() : ends.client.get();
        for (const std::uint64_t size : {std::uint64_t{1}, std::uint64_t{1000}, 3 * kMiB}) {
            CAPTURE(size);
            const auto block = from->make_block(size);
            fill(block, 'a');
            REQUIRE(send(*from, {all_of(block)}));
            block->data()[0] = std::byte{'b'};
            REQUIRE(to->receive(message));

            REQUIRE(message.attachments().size() == 1);
            CHECK(message.is_shared(0));
            CHECK(text(message, 0) == "b" + std::string(static_cast<std::size_t>(size - 1), 'a'));
            // And the other way round.
            const_cast<char*>(static_cast<const char*>(message.attachments()[0].data))[size - 1] =
                'z';
            CHECK(block->data()[size - 1] == std::byte{'z'});
        }
    }
}

TEST_CASE("shared block: an aligned view of a part is not copied, any other memory is") {
    ChannelEnds ends(64 * 1024, WaitMode::kBlock);
    Message message;
    const auto block = ends.client->make_block(1000);
    const std::string own(100, 'o');
    fill(block, 'a');

    REQUIRE(send(*ends.client, {{block->data() + 128, 872},
                                {block->data() + 8, 100},
                                {own.data(), own.size()},
                                {block->data(), 0},
                                {block->data() + 64, 64}}));
    fill(block, 'b');
    REQUIRE(ends.host->receive(message));

    REQUIRE(message.attachments().size() == 5);
    CHECK(text(message, 0) == std::string(872, 'b'));
    CHECK(text(message, 1) == std::string(100, 'a'));
    CHECK(text(message, 2) == own);
    CHECK(text(message, 3).empty());
    CHECK(text(message, 4) == std::string(64, 'b'));
    CHECK(message.is_shared(0));
    CHECK_FALSE(message.is_shared(1));
    CHECK_FALSE(message.is_shared(2));
    CHECK_FALSE(message.is_shared(3));
    CHECK(message.is_shared(4));
    CHECK(message.hold(1) == nullptr);
    for (const auto& attachment : message.attachments())
        CHECK(reinterpret_cast<std::uintptr_t>(attachment.data) % 64 == 0);
}

TEST_CASE("shared block: references and copies may be mixed in a frame that is in the arena") {
    ChannelEnds ends(64 * 1024, WaitMode::kBlock);
    Message message;
    const auto block = ends.client->make_block(kMiB);
    const std::string own(100'000, 'o');
    const std::string json(50'000, 'j');
    fill(block, 'a');

    REQUIRE(send(*ends.client, {all_of(block), {own.data(), own.size()}, all_of(block)}, json));
    REQUIRE(ends.host->receive(message));

    CHECK((message.json() == json));
    CHECK((text(message, 0) == std::string(kMiB, 'a')));
    CHECK((text(message, 1) == own));
    CHECK(message.attachments()[2].data == message.attachments()[0].data);
    CHECK(message.is_shared(0));
    CHECK_FALSE(message.is_shared(1));
    CHECK(message.hold(1) != nullptr);
    CHECK(message.hold(1) != message.hold(0));
}

TEST_CASE("shared block: its memory is used again when all have let go of it") {
    ChannelEnds ends(64 * 1024, WaitMode::kBlock);
    Message message;
    auto block = ends.client->make_block(kMiB);
    const std::byte* memory = block->data();
    // Two entries of one message, and a second message: three references.
    REQUIRE(send(*ends.client, {all_of(block), {block->data() + 64, 64}}));
    REQUIRE(send(*ends.client, {all_of(block)}));
    block.reset();
    CHECK_FALSE(is_free(*ends.client, memory, kMiB));

    REQUIRE(ends.host->receive(message));
    const auto held = message.hold(1);
    message.clear();
    CHECK_FALSE(is_free(*ends.client, memory, kMiB));
    REQUIRE(ends.host->receive(message));
    message.clear();
    CHECK_FALSE(is_free(*ends.client, memory, kMiB));
}

TEST_CASE("shared block: what is held stays as it is, and goes with its last share") {
    ChannelEnds ends(64 * 1024, WaitMode::kBlock);
    Message message;
    auto block = ends.client->make_block(kMiB);
    const std::byte* memory = block->data();
    fill(block, 'a');
    REQUIRE(send(*ends.client, {all_of(block)}));
    block.reset();
    REQUIRE(ends.host->receive(message));
    const char* there = static_cast<const char*>(message.attachments()[0].data);

    auto held = message.hold(0);
    auto again = held;
    message.clear();
    for (int i = 0; i < 10; ++i) {
        const auto other = ends.client->make_block(kMiB);
        REQUIRE(send(*ends.client, {all_of(other)}));
        REQUIRE(ends.host->receive(message));
        message.clear();
    }

    CHECK(std::all_of(there, there + kMiB, [](char c) { return c == 'a'; }));
    held.reset();
    CHECK_FALSE(is_free(*ends.client, memory, kMiB));
    std::thread([last = std::move(again)] {}).join();
    CHECK(ends.client->own_segments() == 2);
    CHECK(is_free(*ends.client, memory, kMiB));
}

TEST_CASE("shared block: a copied attachment in the arena can be held too") {
    ChannelEnds ends(64 * 1024, WaitMode::kBlock);
    Message message;
    const std::string large(100'000, 'q');
    const std::string json(40'000, 'j');
    REQUIRE(send(*ends.client, {{large.data(), large.size()}, {"", 0}}));
    REQUIRE(ends.host->receive(message));

    const auto held = message.hold(0);
    const auto* there = static_cast<const char*>(message.attachments()[0].data);
    REQUIRE(held != nullptr);
    CHECK_FALSE(message.is_shared(0));
    for (int i = 0; i < 20; ++i) {
        REQUIRE(send(*ends.client, {{json.data(), json.size()}}));
        REQUIRE(ends.host->receive(message));
    }
    ends = ChannelEnds();

    CHECK(std::all_of(there, there + large.size(), [](char c) { return c == 'q'; }));
}

TEST_CASE("shared block: blocks and what is held of them outlive the channel; no name is left") {
    BlockShare block;
    std::shared_ptr<const void> held;
    const char* there = nullptr;
    std::string name;
    {
        ChannelEnds ends(64 * 1024, WaitMode::kBlock);
        Message message;
        name = ends.client->name();
        block = ends.client->make_block(2 * kMiB);
        const auto never_sent = ends.client->make_block(3 * kMiB);
        const auto of_the_host = ends.host->make_block(100);
        REQUIRE(send(*ends.client, {all_of(block)}));
        REQUIRE(ends.host->receive(message));
        held = message.hold(0);
        there = static_cast<const char*>(message.attachments()[0].data);
        CHECK(segments_named(name).size() == named_segments(4));
        SUBCASE("the client goes first") { ends.client.reset(); }
        SUBCASE("the host goes first") { ends.host.reset(); }
    }
    CHECK(segments_named(name).size() == named_segments(1));

    fill(block, 'x');
    CHECK(there[2 * kMiB - 1] == 'x');  // they still share it
    SUBCASE("the block goes first") { block.reset(); }
    SUBCASE("the share goes first") { held.reset(); }
}

TEST_CASE("shared block: a message that the ring refuses leaves no reference behind") {
    ChannelEnds ends(64 * 1024, WaitMode::kBlock);
    Message message;
    std::uint64_t sent = 0;
    while (send(*ends.client, {}))
        ++sent;
    auto block = ends.client->make_block(kMiB);
    const std::byte* memory = block->data();

    CHECK_FALSE(send(*ends.client, {all_of(block)}));
    CHECK_FALSE(send(*ends.client, {all_of(block)}, std::string(100'000, ' ')));

    block.reset();
    CHECK(is_free(*ends.client, memory, kMiB));
}

TEST_CASE("shared block: steady traffic needs no new segments, and small calls no heap") {
    ChannelEnds ends(64 * 1024, WaitMode::kBlock);
    Message message;
    const auto lasting = ends.client->make_block(8 * kMiB);
    const std::string small(500, 's');
    const auto round = [&](int i) {
        const auto block = ends.client->make_block(i % 7 == 0 ? 2 * kMiB : 2000, Content::kAny);
        std::memcpy(block->data(), &i, sizeof i);
        if (!send(*ends.client, {all_of(block), {small.data(), small.size()}, all_of(lasting)}) ||
            !ends.host->receive(message)) {
            return false;
        }
        const auto held = message.hold(0);
        message.clear();
        return ends.client->own_segments() == 3 && ends.host->peer_segments() <= 3;
    };
    const auto end = Clock::now() + 5s;  // on a busy machine

    for (int i = 0; i < 1'000'000 && (i % 1000 != 0 || Clock::now() < end); ++i)
        REQUIRE((round(i) || i < 8));

    const bridge32_attachment attachment{small.data(), small.size()};
    const auto call = [&] {
        return ends.client->try_send({FrameKind::kRequest, 0, 1}, "{}", {&attachment, 1}) &&
               ends.host->receive(message) && message.hold(0) == nullptr;
    };
    for (int i = 0; i < 10; ++i)
        REQUIRE(call());
    const auto before = test::allocation_count();
    bool all = true;
    for (int i = 0; i < 1000; ++i)
        all = call() && all;
    CHECK(all);
    CHECK(test::allocation_count() == before);
}

TEST_CASE("shared block: threads fill, read and let go of blocks, and nobody sees another's") {
    constexpr std::uint32_t kMessages = 5000;
    ChannelEnds ends(64 * 1024, WaitMode::kBlock);
    std::mutex mutex;
    std::deque<std::pair<std::shared_ptr<const void>, std::span<const std::uint32_t>>> read;
    std::atomic<std::uint32_t> checked{0};
    std::atomic<std::uint32_t> wrong{0};
    const auto soon = [] { return Clock::now() + 30s; };

    std::thread sender([&] {
        for (std::uint32_t i = 0; i < kMessages; ++i) {
            const std::uint64_t size = i % 100 == 0 ? 800'000 : 4 * (i % 700 + 1);
            const auto block = ends.client->make_block(size, Content::kAny);
            auto* numbers = reinterpret_cast<std::uint32_t*>(block->data());
            std::fill(numbers, numbers + size / 4, i);
            while (!send(*ends.client, {all_of(block)}))
                std::this_thread::yield();
        }
    });
    std::thread checker([&] {
        for (std::uint32_t i = 0; i < kMessages; ++i) {
            std::unique_lock lock(mutex);
            while (read.empty()) {
                lock.unlock();
                std::this_thread::yield();
                lock.lock();
            }
            const auto [held, numbers] = std::move(read.front());
            read.pop_front();
            lock.unlock();
            if (!std::all_of(numbers.begin(), numbers.end(),
                             [&](std::uint32_t number) { return number == i; })) {
                ++wrong;
            }
            ++checked;
        }
    });
    std::thread maker([&] {
        while (checked.load() < kMessages) {
            const auto block = ends.client->make_block(3000);
            if (block->data()[2999] != std::byte{0}) ++wrong;
        }
    });
    Message message;
    for (std::uint32_t i = 0; i < kMessages; ++i) {
        REQUIRE(ends.host->own_bell().wait([&] { return ends.host->ready(); }, soon()));
        REQUIRE(ends.host->receive(message));
        const auto& attachment = message.attachments()[0];
        const std::lock_guard lock(mutex);
        read.emplace_back(message.hold(0),
                          std::span(static_cast<const std::uint32_t*>(attachment.data),
                                    static_cast<std::size_t>(attachment.size / 4)));
    }
    sender.join();
    checker.join();
    maker.join();

    CHECK(wrong.load() == 0);
    CHECK(checked.load() == kMessages);
}

}  // namespace shared_block_test
