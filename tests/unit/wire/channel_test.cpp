#include "wire/channel.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/names.hpp"
#include "os/process.hpp"
#include "unit/wire/channel_ends.hpp"
#include "unit/wire/support.hpp"

namespace channel_test {

using namespace bridge32;
using namespace bridge32::wire;
using bridge32::test::ChannelEnds;
using bridge32::test::link_with;
using bridge32::test::named_segments;
using bridge32::test::Random;
using bridge32::test::segments_named;
using namespace std::chrono_literals;

namespace {

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

    ChannelHeader& header() { return *reinterpret_cast<ChannelHeader*>(segment.data()); }

    os::Segment segment;
};

}  // namespace

TEST_CASE("channel: the two ends learn about each other") {
    const auto client = Channel::create(kMinRingBytes, WaitMode::kBlock);
    CHECK(client->host_state() == HostState::kAbsent);

    const auto host = Channel::attach(client->link_to_new_host(), nullptr);

    CHECK(client->host_state() == HostState::kAttached);
    CHECK(client->host_pid() == os::own_pid());
    CHECK(client->host_bits() == static_cast<std::uint32_t>(os::own_bits()));
    CHECK(host->client_pid() == os::own_pid());
    CHECK(host->wait_mode() == WaitMode::kBlock);
    CHECK(segments_named(client->name()).size() == named_segments(1));
    CHECK_FALSE(host->link().ended());
    host->set_host_state(HostState::kGone);
    CHECK(client->host_state() == HostState::kGone);
    CHECK(client->introduce());  // it has been
}

TEST_CASE("channel: what is sent before there is a host waits, large messages too") {
    const auto client = Channel::create(64 * 1024, WaitMode::kBlock);
    const std::string large(1 << 20, ' ');
    REQUIRE(request(*client, "{}", 1));
    CHECK_FALSE(request(*client, large, 2));
    CHECK_FALSE(client->has_room());

    const auto host = Channel::attach(client->link_to_new_host(), nullptr);
    REQUIRE(request(*client, large, 2));

    Message message;
    REQUIRE(host->receive(message));
    CHECK(message.call_id() == 1);
    REQUIRE(host->receive(message));
    CHECK(message.call_id() == 2);
    CHECK(message.json().size() == large.size());
}

TEST_CASE("channel: a host with a bell of its own says when it is attached") {
    const auto client = Channel::create(kMinRingBytes, WaitMode::kAdaptive);
    DoorbellWords bell{};

    const auto host = Channel::attach(client->link_to_new_host(), &bell);

    CHECK(client->host_state() == HostState::kAbsent);
    host->set_host_state(HostState::kRefused);
    CHECK(client->host_state() == HostState::kRefused);
}

TEST_CASE("channel: a client rings the bell that it was told of") {
    ChannelEnds ends;
    DoorbellWords words{};
    words.sleeping.store(1);

    ends.client->use_peer_bell(words, "shared");
    REQUIRE(request(*ends.client, "{}"));

    CHECK(words.sequence.load() == 1);
}

TEST_CASE("channel: messages of every size arrive both ways, whichever way they take") {
    ChannelEnds ends(128 * 1024);
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
    ChannelEnds ends(128 * 1024);
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
    ChannelEnds ends;
    Message message;
    std::uint64_t sent = 0;
    while (request(*ends.client, "{}", sent + 1))
        ++sent;
    REQUIRE(sent == 64);

    CHECK_FALSE(request(*ends.client, std::string(1 << 20, ' '), 99));
    // Nothing was allocated for it.
    CHECK(segments_named(ends.client->name()).size() == named_segments(1));

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
    ChannelEnds ends;
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

TEST_CASE("channel: a segment that is no channel is refused") {
    SUBCASE("another magic number") {
        FakeChannel fake;
        fake.header().magic = kArenaMagic;
        CHECK_THROWS_AS(Channel::attach(link_with(fake.segment), nullptr), ProtocolError);
    }
    SUBCASE("no room for a header") {
        FakeChannel fake(100);
        CHECK_THROWS_AS(Channel::attach(link_with(fake.segment), nullptr), ProtocolError);
    }
    SUBCASE("no segment") {
        auto [clients, hosts] = Link::pair(bridge32::unguessable_name());
        clients = Link();
        CHECK_THROWS_AS(Channel::attach(std::move(hosts), nullptr), Error);
    }
}

TEST_CASE("channel: another version of the wire is refused, with both versions named") {
    FakeChannel fake;
    fake.header().wire_version = 7;
    std::strcpy(fake.header().client_release, "7.8.9");

    try {
        Channel::attach(link_with(fake.segment), nullptr);
        FAIL("no error");
    } catch (const ProtocolError& e) {
        CHECK(std::string(e.what()).find("the client uses version 7 of the wire protocol (bridge32 "
                                         "7.8.9), and this host version 2 (bridge32 ") !=
              std::string::npos);
    }
    CHECK(fake.header().host_version == kWireVersion);
    CHECK(fake.header().host_release[0] != '\0');
    CHECK(fake.header().host_state.load() == static_cast<std::uint32_t>(HostState::kRefused));
}

TEST_CASE("channel: an impossible header is a ProtocolError") {
    SUBCASE("rings too small") {
        FakeChannel fake;
        fake.header().ring_bytes = 2048;
        CHECK_THROWS_AS(Channel::attach(link_with(fake.segment), nullptr), ProtocolError);
    }
    SUBCASE("rings of no power of two") {
        FakeChannel fake(kRingsOffset + 2 * 4160);
        fake.header().ring_bytes = 4160;
        CHECK_THROWS_AS(Channel::attach(link_with(fake.segment), nullptr), ProtocolError);
    }
    SUBCASE("rings larger than the segment") {
        FakeChannel fake;
        fake.header().ring_bytes = 8192;
        CHECK_THROWS_AS(Channel::attach(link_with(fake.segment), nullptr), ProtocolError);
    }
    SUBCASE("rings of 1 GiB") {
        FakeChannel fake;
        fake.header().ring_bytes = 1U << 30;
        CHECK_THROWS_AS(Channel::attach(link_with(fake.segment), nullptr), ProtocolError);
    }
    SUBCASE("a truncated segment") {
        FakeChannel fake(kRingsOffset + 4096);
        CHECK_THROWS_AS(Channel::attach(link_with(fake.segment), nullptr), ProtocolError);
    }
    SUBCASE("reserved bytes that are used") {
        FakeChannel fake;
        SUBCASE("the client's") { fake.header().event_window = 1; }
        SUBCASE("behind the host's") { fake.header().reserved_0[27] = 1; }
        SUBCASE("of a ring") { fake.header().replies.reserved_1[0] = 1; }
        SUBCASE("of a bell") { fake.header().client_bell.reserved_0[51] = 1; }
        CHECK_THROWS_AS(Channel::attach(link_with(fake.segment), nullptr), ProtocolError);
        CHECK(fake.header().host_state.load() == static_cast<std::uint32_t>(HostState::kRefused));
    }
    SUBCASE("a way of waiting that there is not") {
        FakeChannel fake;
        fake.header().wait_mode = 3;
        CHECK_THROWS_AS(Channel::attach(link_with(fake.segment), nullptr), ProtocolError);
    }
}

TEST_CASE("channel: an indirect frame whose reference is malformed is a ProtocolError") {
    ChannelEnds ends;
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
        ChannelEnds ends;
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
        const auto hosts_end = client->link_to_new_host();
        REQUIRE(request(*client, std::string(1 << 20, ' ')));
        CHECK(segments_named(name).size() == named_segments(2));
    }

    CHECK(segments_named(name).empty());
}

TEST_CASE("channel: two threads exchange small and large messages in order") {
    constexpr std::uint64_t kCalls = 5'000;
    ChannelEnds ends;
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

}  // namespace channel_test
