#include "host32/endpoint/outbox.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <thread>

namespace outbox_test {

namespace {

using namespace bridge32;
using wire::FrameKind;

/// An outbox, and the client that it sends to.
struct Target {
    /// The id of the next message that arrives; 0 for none.
    std::uint64_t receive() { return client->receive(message) ? message.call_id() : 0; }

    std::unique_ptr<wire::Channel> client =
        wire::Channel::create(64 * 1024, wire::WaitMode::kBlock);
    std::unique_ptr<wire::Channel> host =
        wire::Channel::attach(client->link_to_new_host(), nullptr);
    host::Outbox outbox{*host};
    wire::Message message;
};

const std::string kilobyte(1000, 'x');

}  // namespace

TEST_CASE("outbox: sends at once while there is room") {
    Target target;
    CHECK(host::Outbox::Patient(target.outbox, {FrameKind::kEvent, 0, 1, 0}, "{}", {}).sent());
    target.outbox.send({FrameKind::kReply, 0, 2, 0}, "{}", {});
    CHECK(target.outbox.send_bounded({FrameKind::kEvent, 0, 3, 0}, "{}", {}));

    CHECK_FALSE(target.outbox.blocked());
    for (std::uint64_t id = 1; id <= 3; ++id)
        CHECK(target.receive() == id);
}

TEST_CASE("outbox: keeps what has no room, and nothing overtakes it") {
    Target target;
    const char bytes[] = "attached";
    const bridge32_attachment attachment{bytes, sizeof bytes};
    for (std::uint64_t id = 1; id <= 300; ++id)
        target.outbox.send({FrameKind::kReply, 0, id, 0}, kilobyte, {&attachment, 1});
    CHECK(target.outbox.blocked());
    CHECK(target.receive() == 1);
    CHECK(target.outbox.holds_replies());

    for (std::uint64_t id = 2; id <= 300; ++id) {
        target.outbox.flush();
        REQUIRE(target.receive() == id);
        REQUIRE(target.message.attachments().size() == 1);
        const auto& received = target.message.attachments()[0];
        CHECK(std::string(static_cast<const char*>(received.data)) == bytes);
    }
    target.outbox.flush();
    CHECK_FALSE(target.outbox.blocked());
    CHECK(target.receive() == 0);
    CHECK_FALSE(target.outbox.holds_replies());
    target.outbox.send({FrameKind::kReply, 0, 999, 0}, "{}", {});
    CHECK(target.receive() == 999);
}

TEST_CASE("outbox: one whose sender waits keeps its place, and is not sent after its end") {
    Target target;
    for (std::uint64_t id = 1; id <= 100; ++id)
        target.outbox.send({FrameKind::kEvent, 0, id, 0}, kilobyte, {});
    const std::string text = "borrowed";
    std::uint64_t expected = 0;
    {
        const host::Outbox::Patient given_up(target.outbox, {FrameKind::kEvent, 0, 900, 0}, text,
                                             {});
        CHECK_FALSE(given_up.sent());
    }
    {
        const host::Outbox::Patient waits(target.outbox, {FrameKind::kEvent, 0, 101, 0}, text, {});
        CHECK(target.outbox.send_bounded({FrameKind::kEvent, 0, 102, 0}, kilobyte, {}));
        CHECK_FALSE(target.outbox.holds_replies());
        while (!waits.sent()) {
            REQUIRE(target.receive() == ++expected);
            target.outbox.flush();
        }
    }
    while (expected < 102) {
        target.outbox.flush();
        REQUIRE(target.receive() == ++expected);
        if (expected == 101) CHECK(target.message.json() == text);
    }
    CHECK(target.receive() == 0);
}

TEST_CASE("outbox: what belongs to calls passes bounded messages of other threads") {
    Target target;
    std::uint64_t events = 0;
    std::thread([&] {
        while (events < 500)
            target.outbox.send_bounded({FrameKind::kEvent, 0, ++events, 0}, kilobyte, {});
    }).join();
    std::uint64_t in_ring = 0;
    target.outbox.send({FrameKind::kReply, 0, 1001, 0}, "{}", {});
    target.outbox.send_bounded({FrameKind::kEvent, 0, 1002, 0}, "{}", {});
    target.outbox.send({FrameKind::kReply, 0, 1003, 0}, "{}", {});
    const auto next = [&] {
        const auto id = target.receive();
        target.outbox.flush();
        return id;
    };

    auto id = next();
    for (; id <= 500; id = next())
        REQUIRE(id == ++in_ring);
    CHECK(in_ring < 100);
    CHECK(id == 1001);
    // Not its own thread's.
    for (id = next(); id <= 500; id = next())
        REQUIRE(id == ++in_ring);
    CHECK(in_ring == 500);
    CHECK(id == 1002);
    CHECK(next() == 1003);
}

TEST_CASE("outbox: bounded messages are refused once too much waits") {
    Target target;
    std::uint64_t sent = 0;
    while (sent < 100'000 &&
           target.outbox.send_bounded({FrameKind::kEvent, 0, sent + 1, 0}, kilobyte, {})) {
        ++sent;
    }
    CHECK(sent >= 1000);
    CHECK(sent < 100'000);
    // Others are never refused.
    target.outbox.send({FrameKind::kReply, 0, sent + 1, 0}, kilobyte, {});

    for (std::uint64_t id = 1; id <= sent + 1; ++id) {
        target.outbox.flush();
        REQUIRE(target.receive() == id);
    }
}

TEST_CASE("outbox: what was dropped is not sent") {
    Target target;
    for (std::uint64_t id = 1; id <= 300; ++id)
        target.outbox.send({FrameKind::kReply, 0, id, 0}, kilobyte, {});
    target.outbox.clear();
    CHECK_FALSE(target.outbox.blocked());

    std::uint64_t last = 0;
    while (const auto id = target.receive())
        last = id;
    CHECK(last < 300);
    target.outbox.flush();
    CHECK(target.receive() == 0);
}

}  // namespace outbox_test
