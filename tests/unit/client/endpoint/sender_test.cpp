#include "client/endpoint/sender.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace sender_test {

using namespace bridge32;
using namespace bridge32::client;
using namespace std::chrono_literals;

namespace {

constexpr auto kNoEnd = Clock::time_point::max();

struct Ends {
    std::unique_ptr<wire::Channel> client =
        wire::Channel::create(wire::kMinRingBytes, wire::WaitMode::kBlock);
    std::unique_ptr<wire::Channel> host =
        wire::Channel::attach(client->link_to_new_host(), nullptr);
    Sender sender{*client};

    /// What a host reads, empty when there is nothing.
    std::string read() {
        wire::Message message;
        if (!host->receive(message)) return {};
        last_id = message.call_id();
        return std::string(message.json());
    }
    template <class MakeRoom>
    bool send(std::string_view json, const MakeRoom& make_room) {
        return sender.send(
            kRequest, json, {}, kNoEnd, [](std::uint64_t) {}, make_room);
    }
    void fill() {
        while (send("full", [] { return false; })) {
        }
    }

    static constexpr wire::Envelope kRequest{wire::FrameKind::kRequest};
    std::uint64_t last_id = 0;
};

const auto kNever = [] { return false; };

}  // namespace

TEST_CASE("sender: ids count up, and are known before the message is there") {
    Ends ends;
    std::vector<std::uint64_t> begun;
    const auto begin = [&](std::uint64_t id) {
        begun.push_back(id);
        CHECK(ends.read().empty());
    };

    for (int i = 0; i < 3; ++i) {
        CHECK(ends.sender.send(Ends::kRequest, "{}", {}, kNoEnd, begin, kNever));
        CHECK(ends.read() == "{}");
        CHECK(ends.last_id == begun.back());
    }

    CHECK(begun == std::vector<std::uint64_t>{1, 2, 3});
}

TEST_CASE("sender: an id that is given stays") {
    Ends ends;
    CHECK(ends.sender.send(
        {wire::FrameKind::kCallbackReply, 0, 77}, "{}", {}, kNoEnd,
        [](std::uint64_t id) { CHECK(id == 77); }, kNever));
    ends.read();
    CHECK(ends.last_id == 77);
}

TEST_CASE("sender: while the ring is full it makes room, or gives up") {
    Ends ends;
    ends.fill();

    CHECK_FALSE(ends.send("late", kNever));

    int turns = 0;
    CHECK(ends.send("late", [&] { return ends.read() == "full" && ++turns < 1000; }));
    CHECK(turns > 0);
    std::string last;
    for (auto json = ends.read(); !json.empty(); json = ends.read())
        last = json;
    CHECK(last == "late");
}

TEST_CASE("sender: a message that waits for room keeps no other one beyond its deadline") {
    Ends ends;
    ends.fill();
    std::atomic<bool> waits{false};
    std::atomic<bool> over{false};
    std::thread hung([&] {
        ends.send("hung", [&] {
            waits = true;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            return !over;
        });
    });
    while (!waits)
        std::this_thread::yield();

    const auto begin = Clock::now();
    const bool sent = ends.sender.send(
        Ends::kRequest, "{}", {}, begin + std::chrono::milliseconds(50), [](std::uint64_t) {},
        kNever);
    ends.sender.try_send({wire::FrameKind::kCancel, 0, 1, 0}, "{}");
    const auto took = Clock::now() - begin;

    over = true;
    hung.join();
    CHECK_FALSE(sent);
    CHECK(took >= std::chrono::milliseconds(50));
    CHECK(took < std::chrono::seconds(20));
}

TEST_CASE("sender: what begin or make_room throws ends the attempt, and the next one works") {
    Ends ends;
    struct Over {};
    CHECK_THROWS_AS(
        ends.sender.send(
            Ends::kRequest, "{}", {}, kNoEnd, [](std::uint64_t) { throw Over(); }, kNever),
        Over);
    ends.fill();
    CHECK_THROWS_AS(ends.send("{}", []() -> bool { throw Over(); }), Over);
    CHECK(ends.read() == "full");
    CHECK(ends.send("{}", kNever));
}

TEST_CASE("sender: refuses callbacks as far as there is room") {
    Ends ends;
    std::vector<std::uint64_t> invocations{5, 6};
    ends.sender.refuse(invocations);
    CHECK(invocations.empty());
    CHECK(ends.read().find("no longer exists") != std::string::npos);
    CHECK(ends.last_id == 5);
    ends.read();
    CHECK(ends.last_id == 6);

    ends.fill();
    invocations = {7};
    ends.sender.refuse(invocations);
    CHECK(invocations == std::vector<std::uint64_t>{7});
}

TEST_CASE("sender: holds requests back while a callback runs") {
    Ends ends;
    const auto never = [] { return false; };
    const auto may_send = [&](const wire::Envelope& envelope) {
        return ends.sender.may_send(envelope, Clock::now() + 5ms, never);
    };
    for (int i = 0; i < 5000; ++i)
        REQUIRE(may_send(Ends::kRequest));
    ends.sender.callback_began();
    int sent = 0;
    while (sent < 5000 && may_send(Ends::kRequest))
        ++sent;

    CHECK(sent == 1000);
    CHECK(may_send({wire::FrameKind::kRequest, 0, 0, /*related_id=*/7}));
    CHECK(may_send({wire::FrameKind::kCallbackReply, 0, 7}));
    CHECK(ends.sender.may_send(Ends::kRequest, Clock::time_point::max(), [] { return true; }));

    SUBCASE("until the callback ends") {
        std::thread other([&] {
            std::this_thread::sleep_for(20ms);
            ends.sender.callback_ended();
        });
        CHECK(ends.sender.may_send(Ends::kRequest, Clock::time_point::max(), never));
        other.join();
    }
    SUBCASE("of all callbacks") {
        ends.sender.callback_began();
        ends.sender.callback_ended();
        CHECK_FALSE(may_send(Ends::kRequest));
        ends.sender.callback_ended();
        CHECK(may_send(Ends::kRequest));
    }
}

}  // namespace sender_test
