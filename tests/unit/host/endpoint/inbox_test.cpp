#include "host32/endpoint/inbox.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "bridge32/error.hpp"
#include "wire/channel.hpp"

namespace inbox_test {

namespace {

using namespace bridge32;
using host::Inbox;

/// Makes messages by sending them through a channel.
struct Source {
    wire::Message message(const std::string& json) {
        REQUIRE(client->try_send({wire::FrameKind::kRequest, 0, ++last, 0}, json, {}));
        wire::Message received;
        REQUIRE(host->receive(received));
        return received;
    }

    std::unique_ptr<wire::Channel> client =
        wire::Channel::create(64 * 1024, wire::WaitMode::kBlock);
    std::unique_ptr<wire::Channel> host =
        wire::Channel::attach(client->link_to_new_host(), nullptr);
    std::uint64_t last = 0;
};

/// The texts of all messages of a callback, in order.
std::string drain(Inbox& inbox, std::uint64_t callback = 0) {
    std::string texts;
    wire::Message message;
    while (inbox.take(message, callback))
        texts += message.json();
    return texts;
}

}  // namespace

TEST_CASE("inbox: messages come out in order, each callback's apart") {
    Source source;
    Inbox inbox;
    inbox.put(source.message("a"));
    inbox.put(source.message("1"), 7);
    inbox.put(source.message("b"));
    inbox.put(source.message("2"), 7);

    CHECK_FALSE(inbox.empty());
    CHECK(drain(inbox, 7) == "12");
    CHECK(drain(inbox) == "ab");
    CHECK(inbox.empty());
    CHECK(drain(inbox, 8).empty());
}

TEST_CASE("inbox: what is left of a callback's messages when it ends belongs to none") {
    Source source;
    Inbox inbox;
    inbox.put(source.message("1"), 7);
    CHECK(inbox.empty());  // of messages that belong to no callback
    inbox.put(source.message("a"));
    inbox.put(source.message("2"), 7);

    inbox.release(7);
    inbox.release(8);

    CHECK(drain(inbox, 7).empty());
    CHECK(drain(inbox) == "a12");
    CHECK(inbox.empty());
}

TEST_CASE("inbox: too many messages, and too large ones, are refused") {
    Source source;
    Inbox inbox;
    SUBCASE("many") {
        for (int i = 0; i < 100'000; ++i)
            inbox.put(wire::Message(), static_cast<std::uint64_t>(i % 3));
        CHECK_FALSE(inbox.has_room());
        CHECK_THROWS_AS(inbox.put(wire::Message()), ProtocolError);
        wire::Message message;
        REQUIRE(inbox.take(message));
        CHECK_NOTHROW(inbox.put(wire::Message()));
    }
    SUBCASE("large") {
        const std::string five_mebibytes(5U << 20, 'x');
        for (int i = 0; i < 16; ++i)  // a few may be of any size
            inbox.put(source.message(five_mebibytes), 7);
        CHECK_FALSE(inbox.has_room());
        CHECK_THROWS_AS(inbox.put(source.message("x")), ProtocolError);
        CHECK(drain(inbox, 7).size() == 80U << 20);
        CHECK(inbox.has_room());
        CHECK_NOTHROW(inbox.put(source.message("x")));
    }
}

TEST_CASE("inbox: a cancelled call is remembered until it is forgotten") {
    Inbox inbox;
    CHECK_FALSE(inbox.cancelled(1));
    CHECK_FALSE(inbox.forget(1));
    inbox.cancel(1);
    inbox.cancel(2);
    CHECK(inbox.cancelled(1));
    CHECK(inbox.forget(1));
    CHECK_FALSE(inbox.cancelled(1));
    CHECK(inbox.cancelled(2));
}

TEST_CASE("inbox: of cancelled calls that never come, the last are remembered") {
    Inbox inbox;
    for (std::uint64_t id = 1; id <= 5000; ++id)
        inbox.cancel(id);
    CHECK_FALSE(inbox.cancelled(1));
    CHECK(inbox.cancelled(5000));
    CHECK(inbox.cancelled(4000));
}

}  // namespace inbox_test
