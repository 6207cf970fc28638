#include "wire/channel.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/names.hpp"
#include "os/process.hpp"
#include "support/allocation_count.hpp"
#include "unit/wire/support.hpp"

namespace channel_test {

using namespace bridge32;
using namespace bridge32::wire;
using bridge32::test::named_segments;
using bridge32::test::Random;
using bridge32::test::segments_named;
using namespace std::chrono_literals;

namespace {

/// Both ends of a channel in one process.
struct Ends {
    explicit Ends(std::uint32_t ring_bytes = kMinRingBytes, WaitMode mode = WaitMode::kAdaptive)
        : client(Channel::create(ring_bytes, mode)),
          host(Channel::attach(client->name(), nullptr)) {}

    std::unique_ptr<Channel> client;
    std::unique_ptr<Channel> host;
};

bool request(Channel& channel, std::string_view json, std::uint64_t call_id = 1,
             std::span<const bridge32_attachment> attachments = {}) {
    return channel.try_send({FrameKind::kRequest, 0, call_id}, json, attachments);
}

/// A segment that looks like a channel with rings of 4096 bytes, to be spoilt.
struct FakeChannel {
    explicit FakeChannel(std::uint64_t size = kRingsOffset + 2 * 4096)
        : segment(os::Segment::create(bridge32::unguessable_name(), size)) {
        ChannelHeader good{};
        good.magic = kChannelMagic;
        good.wire_version = kWireVersion;
        good.header_bytes = sizeof(ChannelHeader);
        good.segment_bytes = size;
        good.ring_bytes = 4096;
        good.client_pid = os::own_pid();
        std::memcpy(segment.data(), static_cast<const void*>(&good),
                    std::min<std::size_t>(sizeof good, static_cast<std::size_t>(size)));
    }
    ~FakeChannel() { segment.unlink(); }

    ChannelHeader& header() { return *reinterpret_cast<ChannelHeader*>(segment.data()); }

    os::Segment segment;
};

constexpr std::uint64_t kMiB = 1024 * 1024;
using BlockShare = std::shared_ptr<Block>;

bridge32_attachment all_of(const BlockShare& block) { return {block->data(), block->size()}; }

bool send(Channel& channel, const std::vector<bridge32_attachment>& attachments,
          std::string_view json = "{}") {
    return channel.try_send({FrameKind::kRequest, 0, 1}, json, attachments);
}

void fill(const BlockShare& block, char with) {
    std::memset(block->data(), with, static_cast<std::size_t>(block->size()));
}

std::string text(const Message& message, std::size_t at) {
    const auto& attachment = message.attachments()[at];
    return {static_cast<const char*>(attachment.data), static_cast<std::size_t>(attachment.size)};
}

/// A block of the same size gets this memory again only when nobody uses it any more.
bool is_free(Channel& channel, const std::byte* memory, std::uint64_t size) {
    return channel.make_block(size, Content::kAny)->data() == memory;
}

}  // namespace

TEST_CASE("channel: the two ends learn about each other") {
    const auto client = Channel::create(kMinRingBytes, WaitMode::kBlock);
    CHECK(client->host_state() == HostState::kAbsent);
    CHECK(segments_named(client->name()).size() == 1);

    const auto host = Channel::attach(client->name(), nullptr);

    CHECK(client->host_state() == HostState::kAttached);
    CHECK(client->host_pid() == os::own_pid());
    CHECK(client->host_bits() == static_cast<std::uint32_t>(os::own_bits()));
    CHECK(host->client_pid() == os::own_pid());
    CHECK(host->wait_mode() == WaitMode::kBlock);
    CHECK(host->name() == client->name());
    CHECK(segments_named(client->name()).size() == named_segments(0, 1));
    host->set_host_state(HostState::kGone);
    CHECK(client->host_state() == HostState::kGone);
}

TEST_CASE("channel: a host with a bell of its own says when it is attached") {
    const auto client = Channel::create(kMinRingBytes, WaitMode::kAdaptive);
    DoorbellWords bell{};

    const auto host = Channel::attach(client->name(), &bell);

    CHECK(client->host_state() == HostState::kAbsent);
    host->set_host_state(HostState::kRefused);
    CHECK(client->host_state() == HostState::kRefused);
}

TEST_CASE("channel: a client rings the bell that it was told of") {
    Ends ends;
    DoorbellWords words{};
    words.sleeping.store(1);

    ends.client->use_peer_bell(words, "shared");
    REQUIRE(request(*ends.client, "{}"));

    CHECK(words.sequence.load() == 1);
}

TEST_CASE("channel: messages of every size arrive both ways, whichever way they take") {
    Ends ends(128 * 1024);
    // Around a frame of 64 bytes, the limit of 32 KiB for the ring, and well beyond.
    const std::vector<std::size_t> sizes{0,     1,     32,      33,      1000,     32735,
                                         32736, 32737, 100'000, 1 << 20, 5'000'001};
    Random random(3);
    Message message;
    std::uint64_t id = 0;

    for (const auto size : sizes) {
        for (Channel* from : {ends.client.get(), ends.host.get()}) {
            Channel* to = from == ends.client.get() ? ends.host.get() : ends.client.get();
            std::string json(size, '\0');
            for (char& c : json)
                c = static_cast<char>(random.next());
            CAPTURE(size);

            REQUIRE(from->try_send({FrameKind::kReply, kNoReply, ++id, ~id}, json, {}));
            REQUIRE(to->ready());
            REQUIRE(to->receive(message));

            CHECK(message.kind() == FrameKind::kReply);
            CHECK(message.flags() == kNoReply);
            CHECK(message.call_id() == id);
            CHECK(message.related_id() == ~id);
            CHECK((message.json() == json));
            CHECK_FALSE(to->receive(message));
        }
    }
}

TEST_CASE("channel: attachments arrive bit for bit") {
    Ends ends(128 * 1024);
    std::vector<std::byte> bytes(3'000'000);
    Random random(4);
    for (auto& byte : bytes)
        byte = static_cast<std::byte>(random.next());
    Message message;

    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, std::size_t{64}, std::size_t{20'000}, bytes.size()}) {
        CAPTURE(size);
        const std::array<bridge32_attachment, 3> sent{
            {{bytes.data(), size}, {nullptr, 0}, {bytes.data() + 7, size / 2}}};
        REQUIRE(request(*ends.client, R"({"method":"f"})", 1, sent));
        REQUIRE(ends.host->receive(message));

        CHECK(message.json() == R"({"method":"f"})");
        REQUIRE(message.attachments().size() == 3);
        for (std::size_t i = 0; i < 3; ++i) {
            const auto& arrived = message.attachments()[i];
            REQUIRE(arrived.size == sent[i].size);
            CHECK(reinterpret_cast<std::uintptr_t>(arrived.data) % 64 == 0);
            if (arrived.size != 0) {
                CHECK(std::memcmp(arrived.data, sent[i].data,
                                  static_cast<std::size_t>(arrived.size)) == 0);
            }
        }
    }
}

TEST_CASE("channel: a full ring refuses messages, large ones too, until there is room") {
    Ends ends;
    Message message;
    std::uint64_t sent = 0;
    while (request(*ends.client, "{}", sent + 1))
        ++sent;
    REQUIRE(sent == 64);

    CHECK_FALSE(request(*ends.client, std::string(1 << 20, ' '), 99));
    // Nothing was allocated for it.
    CHECK(segments_named(ends.client->name()).size() == named_segments(0, 1));

    REQUIRE(ends.host->receive(message));
    CHECK(request(*ends.client, std::string(1 << 20, ' '), 99));
    CHECK_FALSE(request(*ends.client, "{}", 100));
    for (std::uint64_t id = 2; id <= sent; ++id) {
        REQUIRE(ends.host->receive(message));
        CHECK(message.call_id() == id);
    }
    REQUIRE(ends.host->receive(message));
    CHECK(message.call_id() == 99);
    CHECK(message.json().size() == 1 << 20);
}

TEST_CASE("channel: what is too large is an Error that names the size") {
    Ends ends;
    const bridge32_attachment huge{"x", std::uint64_t{3} << 30};

    try {
        request(*ends.client, "{}", 1, {&huge, 1});
        FAIL("3 GiB");
    } catch (const Error& e) {
        CHECK(std::string(e.what()).find("3221225536 bytes (3072 MiB)") != std::string::npos);
    }

    const std::vector<bridge32_attachment> many(kMaxAttachments + 1);
    CHECK_THROWS_AS(request(*ends.client, "{}", 1, many), Error);
    CHECK(request(*ends.client, "{}"));
}

TEST_CASE("channel: an absurd ring_bytes is an Error that says what is allowed") {
    for (const std::uint32_t ring_bytes :
         {0U, 1U, 64U, 2048U, 4095U, 4097U, 5000U, 1'000'000U, 0x8000'0000U, 0xFFFF'FFFFU}) {
        CAPTURE(ring_bytes);
        try {
            Channel::create(ring_bytes, WaitMode::kAdaptive);
            FAIL("no error");
        } catch (const Error& e) {
            const std::string what = e.what();
            CHECK(what.find("ring_bytes is " + std::to_string(ring_bytes)) != std::string::npos);
            CHECK(what.find("from 4096 to 1073741824") != std::string::npos);
        }
    }
}

TEST_CASE("channel: a segment that is no channel is refused, and left where it is") {
    SUBCASE("another magic number") {
        FakeChannel fake;
        fake.header().magic = kArenaMagic;
        CHECK_THROWS_AS(Channel::attach(fake.segment.name(), nullptr), ProtocolError);
        CHECK(segments_named(fake.segment.name()).size() == 1);
    }
    SUBCASE("no room for a header") {
        FakeChannel fake(100);
        CHECK_THROWS_AS(Channel::attach(fake.segment.name(), nullptr), ProtocolError);
        CHECK(segments_named(fake.segment.name()).size() == 1);
    }
    SUBCASE("no segment") {
        CHECK_THROWS_AS(Channel::attach(bridge32::unguessable_name(), nullptr), Error);
    }
}

TEST_CASE("channel: another version of the wire is refused, with both versions named") {
    FakeChannel fake;
    fake.header().wire_version = 7;

    try {
        Channel::attach(fake.segment.name(), nullptr);
        FAIL("no error");
    } catch (const ProtocolError& e) {
        CHECK(std::string(e.what()).find(
                  "version 7 of the wire protocol and this host version 1") != std::string::npos);
    }
    CHECK(fake.header().host_state.load() == static_cast<std::uint32_t>(HostState::kRefused));
}

TEST_CASE("channel: an impossible header is a ProtocolError") {
    SUBCASE("rings too small") {
        FakeChannel fake;
        fake.header().ring_bytes = 2048;
        CHECK_THROWS_AS(Channel::attach(fake.segment.name(), nullptr), ProtocolError);
    }
    SUBCASE("rings of no power of two") {
        FakeChannel fake(kRingsOffset + 2 * 4160);
        fake.header().ring_bytes = 4160;
        CHECK_THROWS_AS(Channel::attach(fake.segment.name(), nullptr), ProtocolError);
    }
    SUBCASE("rings larger than the segment") {
        FakeChannel fake;
        fake.header().ring_bytes = 8192;
        CHECK_THROWS_AS(Channel::attach(fake.segment.name(), nullptr), ProtocolError);
    }
    SUBCASE("rings of 1 GiB") {
        FakeChannel fake;
        fake.header().ring_bytes = 1U << 30;
        CHECK_THROWS_AS(Channel::attach(fake.segment.name(), nullptr), ProtocolError);
    }
    SUBCASE("a truncated segment") {
        FakeChannel fake(kRingsOffset + 4096);
        CHECK_THROWS_AS(Channel::attach(fake.segment.name(), nullptr), ProtocolError);
    }
    SUBCASE("a way of waiting that there is not") {
        FakeChannel fake;
        fake.header().wait_mode = 3;
        CHECK_THROWS_AS(Channel::attach(fake.segment.name(), nullptr), ProtocolError);
    }
}

TEST_CASE("channel: an indirect frame whose reference is malformed is a ProtocolError") {
    Ends ends;
    Message message;

    SUBCASE("too short") {
        REQUIRE(ends.client->try_send({FrameKind::kRequest, kIndirect, 1}, "short", {}));
    }
    SUBCASE("out of range") {
        REQUIRE(request(*ends.client, std::string(1 << 20, ' ')));
        REQUIRE(ends.host->receive(message));
        const ArenaReference beyond{1 << 24, 64, 0, 0};
        REQUIRE(ends.client->try_send({FrameKind::kRequest, kIndirect, 1},
                                      {reinterpret_cast<const char*>(&beyond), sizeof beyond}, {}));
    }

    CHECK_THROWS_AS(ends.host->receive(message), ProtocolError);
}

TEST_CASE("channel: nothing is left in shared memory") {
    std::string name;
    SUBCASE("after both ends have gone") {
        Ends ends;
        Message message;
        name = ends.client->name();
        REQUIRE(request(*ends.client, std::string(1 << 20, ' ')));
        REQUIRE(ends.host->receive(message));
        REQUIRE(request(*ends.client, std::string(3 << 20, ' ')));  // never received
        REQUIRE(request(*ends.host, std::string(1 << 20, ' ')));
    }
    SUBCASE("when no host ever came") {
        const auto client = Channel::create(kMinRingBytes, WaitMode::kAdaptive);
        name = client->name();
        REQUIRE(request(*client, std::string(1 << 20, ' ')));
        CHECK(segments_named(name).size() == 2);
    }

    CHECK(segments_named(name).empty());
}

TEST_CASE("channel: two threads exchange small and large messages in order") {
    constexpr std::uint64_t kCalls = 5'000;
    Ends ends;
    const auto soon = [] { return Clock::now() + 30s; };
    std::thread server([&] {
        Message message;
        std::string reply;
        for (std::uint64_t served = 0; served < kCalls; ++served) {
            if (!ends.host->own_bell().wait([&] { return ends.host->ready(); }, soon())) return;
            ends.host->receive(message);
            reply.assign(message.json().rbegin(), message.json().rend());
            while (!ends.host->try_send({FrameKind::kReply, 0, message.call_id()}, reply, {}))
                std::this_thread::yield();
        }
    });

    Random random(5);
    Message message;
    std::uint64_t wrong = 0;
    std::uint64_t id = 1;
    for (; id <= kCalls; ++id) {
        const bool large = id % 100 == 0;
        std::string json(large ? 300'000 : random.below(200), static_cast<char>('a' + id % 26));
        json += std::to_string(id);
        while (!request(*ends.client, json, id))
            std::this_thread::yield();
        if (!ends.client->own_bell().wait([&] { return ends.client->ready(); }, soon())) break;
        ends.client->receive(message);
        if (message.call_id() != id ||
            !std::equal(json.rbegin(), json.rend(), message.json().begin(), message.json().end())) {
            ++wrong;
        }
    }
    server.join();

    CHECK(wrong == 0);
    CHECK(id == kCalls + 1);
}

TEST_CASE("shared block: what lies in one is not copied, in either direction") {
    Ends ends(64 * 1024, WaitMode::kBlock);
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
    Ends ends(64 * 1024, WaitMode::kBlock);
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
    Ends ends(64 * 1024, WaitMode::kBlock);
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
    Ends ends(64 * 1024, WaitMode::kBlock);
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
    Ends ends(64 * 1024, WaitMode::kBlock);
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
    Ends ends(64 * 1024, WaitMode::kBlock);
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
    ends = Ends();

    CHECK(std::all_of(there, there + large.size(), [](char c) { return c == 'q'; }));
}

TEST_CASE("shared block: blocks and what is held of them outlive the channel; no name is left") {
    BlockShare block;
    std::shared_ptr<const void> held;
    const char* there = nullptr;
    std::string name;
    {
        Ends ends(64 * 1024, WaitMode::kBlock);
        Message message;
        name = ends.client->name();
        block = ends.client->make_block(2 * kMiB);
        const auto never_sent = ends.client->make_block(3 * kMiB);
        const auto of_the_host = ends.host->make_block(100);
        REQUIRE(send(*ends.client, {all_of(block)}));
        REQUIRE(ends.host->receive(message));
        held = message.hold(0);
        there = static_cast<const char*>(message.attachments()[0].data);
        CHECK(segments_named(name).size() == named_segments(2, 4));
        SUBCASE("the client goes first") { ends.client.reset(); }
        SUBCASE("the host goes first") { ends.host.reset(); }
    }
    CHECK(segments_named(name).size() == named_segments(0, 1));

    fill(block, 'x');
    CHECK(there[2 * kMiB - 1] == 'x');  // they still share it
    SUBCASE("the block goes first") { block.reset(); }
    SUBCASE("the share goes first") { held.reset(); }
}

TEST_CASE("shared block: a message that the ring refuses leaves no reference behind") {
    Ends ends(64 * 1024, WaitMode::kBlock);
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
    Ends ends(64 * 1024, WaitMode::kBlock);
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
    Ends ends(64 * 1024, WaitMode::kBlock);
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

}  // namespace channel_test
