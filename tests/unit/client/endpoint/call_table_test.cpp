#include "client/endpoint/call_table.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bridge32/error.hpp"
#include "wire/channel.hpp"

namespace call_table_test {

using namespace bridge32;
using namespace bridge32::client;
using namespace std::chrono_literals;

namespace {

using Put = CallTable::Put;

/// Where messages come from: a host's end that sends to a client's end.
class Source {
public:
    wire::Message message(wire::FrameKind kind, std::uint64_t call_id, std::uint64_t related_id,
                          std::string_view json = "{}") {
        host_->try_send({kind, 0, call_id, related_id}, json, {});
        wire::Message message;
        client_->receive(message);
        return message;
    }
    wire::Message reply(std::uint64_t call_id, std::string_view json = R"({"result":1})") {
        return message(wire::FrameKind::kReply, call_id, 0, json);
    }

private:
    std::unique_ptr<wire::Channel> client_ =
        wire::Channel::create(wire::kMinRingBytes, wire::WaitMode::kBlock);
    std::unique_ptr<wire::Channel> host_ =
        wire::Channel::attach(client_->link_to_new_host(), nullptr);
};

void start(CallTable& calls, WaitingCall& call, std::uint64_t id, bool attended = true) {
    CallTable::begin(call, id, attended);
    calls.add(call);
}

}  // namespace

TEST_CASE("call table: a reply reaches its call and no other") {
    Source source;
    CallTable calls;
    WaitingCall first;
    WaitingCall second;
    start(calls, first, 1);
    start(calls, second, 2);
    auto message = source.reply(2, R"({"result":"second"})");

    CHECK_FALSE(calls.put_reply(message, /*wake=*/true));

    CHECK(calls.attend(first) == Arrival::kNothing);
    CHECK(CallTable::has_news(second));
    CHECK(calls.attend(second) == Arrival::kReply);
    CHECK(second.reply().json() == R"({"result":"second"})");
    CHECK(calls.remove(first));
    CHECK_FALSE(calls.remove(second));
}

TEST_CASE("call table: a reply to an abandoned call is dropped") {
    Source source;
    CallTable calls;
    WaitingCall call;
    start(calls, call, 1);
    calls.remove(call);
    auto message = source.reply(1);

    CHECK_FALSE(calls.put_reply(message, /*wake=*/true));

    CHECK_FALSE(CallTable::has_news(call));
}

TEST_CASE("call table: invocations go to the thread that waits, in order, before the reply") {
    Source source;
    CallTable calls;
    WaitingCall call;
    start(calls, call, 1);
    auto event = source.message(wire::FrameKind::kEvent, 0, 1, "first");
    auto callback = source.message(wire::FrameKind::kCallback, 7, 1, "second");
    auto reply = source.reply(1);

    CHECK(calls.put_invocation(event, nullptr) == Put::kForOther);
    CHECK(calls.put_invocation(callback, nullptr) == Put::kForOther);
    calls.put_reply(reply, /*wake=*/true);

    REQUIRE(calls.attend(call) == Arrival::kInvocation);
    CHECK(calls.take_invocation(call).json() == "first");
    REQUIRE(calls.attend(call) == Arrival::kInvocation);
    CHECK(calls.take_invocation(call).json() == "second");
    CHECK(calls.attend(call) == Arrival::kReply);
}

TEST_CASE("call table: an invocation stays queued until a thread waits for its call") {
    Source source;
    CallTable calls;
    WaitingCall call;
    start(calls, call, 1, /*attended=*/false);
    auto message = source.message(wire::FrameKind::kCallback, 7, 1);
    CHECK(calls.put_invocation(message, nullptr) == Put::kNobodyWaits);

    calls.attend(call);
    CHECK(calls.put_invocation(message, nullptr) == Put::kForOther);
    calls.take_invocation(call);
    CHECK(calls.leave(call) == Arrival::kNothing);

    auto late = source.message(wire::FrameKind::kCallback, 8, 1);
    CHECK(calls.put_invocation(late, nullptr) == Put::kNobodyWaits);
    calls.remove(call);
}

TEST_CASE("call table: the reader's own call need not be in it") {
    Source source;
    CallTable calls;
    WaitingCall own;
    CallTable::begin(own, 1, /*attended=*/true);
    auto message = source.message(wire::FrameKind::kEvent, 0, 1);
    CHECK(calls.put_invocation(message, &own) == Put::kForReader);
    CHECK(calls.attend(own) == Arrival::kInvocation);
}

TEST_CASE("call table: of what comes for a thread that does not run it, the rest is dropped") {
    Source source;
    CallTable calls;
    WaitingCall call;
    start(calls, call, 1);
    constexpr int kMany = 30'000;
    for (int i = 0; i < kMany; ++i) {
        auto event = source.message(wire::FrameKind::kEvent, 0, 1);
        calls.put_invocation(event, nullptr);
    }
    auto callback = source.message(wire::FrameKind::kCallback, 7, 1);
    calls.put_invocation(callback, nullptr);

    CHECK(calls.take_refused() == std::vector<std::uint64_t>{7});
    int kept = 0;
    for (; calls.attend(call) == Arrival::kInvocation; ++kept)
        calls.take_invocation(call);
    CHECK(kept >= 1000);
    CHECK(kept < kMany / 2);
    // There is room again.
    auto event = source.message(wire::FrameKind::kEvent, 0, 1);
    calls.put_invocation(event, nullptr);
    CHECK(calls.attend(call) == Arrival::kInvocation);
    calls.remove(call);
}

TEST_CASE("call table: a thread that leaves early gets what it has not run") {
    Source source;
    CallTable calls;
    WaitingCall call;
    start(calls, call, 1);
    auto event = source.message(wire::FrameKind::kEvent, 0, 1, "left");
    auto reply = source.reply(1);
    calls.put_invocation(event, nullptr);

    auto left = calls.leave_early(call);

    REQUIRE(left.size() == 1);
    CHECK(left.front().json() == "left");
    CHECK_FALSE(CallTable::has_news(call));
    CHECK(calls.put_invocation(left.front(), nullptr) == Put::kNobodyWaits);
    calls.put_reply(reply, /*wake=*/true);
    CHECK(calls.attend(call) == Arrival::kReply);
}

TEST_CASE("call table: callbacks of an abandoned call are refused") {
    Source source;
    CallTable calls;
    WaitingCall call;
    start(calls, call, 1);
    auto event = source.message(wire::FrameKind::kEvent, 0, 1);
    auto callback = source.message(wire::FrameKind::kCallback, 7, 1);
    calls.put_invocation(event, nullptr);
    calls.put_invocation(callback, nullptr);
    CHECK_FALSE(calls.any_refused());

    CHECK(calls.remove(call));

    CHECK(calls.any_refused());
    CHECK(calls.take_refused() == std::vector<std::uint64_t>{7});
    CHECK_FALSE(calls.any_refused());
}

TEST_CASE("call table: a thread does not sleep when nobody reads or its reply is there") {
    Source source;
    CallTable calls;
    ReaderTurn turn;
    const HandoverPolicy policy;
    WaitingCall call;
    start(calls, call, 1);
    CHECK(calls.sleep(call, turn, policy, Clock::time_point::max()) == Arrival::kNothing);

    auto message = source.reply(1);
    calls.put_reply(message, /*wake=*/true);
    REQUIRE(turn.try_take());
    CHECK(calls.sleep(call, turn, policy, Clock::time_point::max()) == Arrival::kReply);
    CHECK_FALSE(turn.release());
}

TEST_CASE("call table: a thread that sleeps is woken") {
    Source source;
    CallTable calls;
    ReaderTurn turn;
    const HandoverPolicy policy;
    WaitingCall call;
    start(calls, call, 1);
    REQUIRE(turn.try_take());
    Arrival found = Arrival::kNothing;
    Clock::duration slept{};
    std::thread sleeper([&] {
        const auto begin = Clock::now();
        // Its own looks come every 50 ms; they do not end the sleep that this test is about.
        do
            found = calls.sleep(call, turn, policy, Clock::time_point::max());
        while (found == Arrival::kNothing && turn.is_taken() && Clock::now() < begin + 10s);
        slept = Clock::now() - begin;
    });
    while (!turn.anyone_sleeps())
        std::this_thread::yield();

    SUBCASE("by its reply") {
        auto message = source.reply(1);
        while (!calls.put_reply(message, /*wake=*/true) && !CallTable::has_news(call)) {
        }
        sleeper.join();
        CHECK(found == Arrival::kReply);
    }
    SUBCASE("by an event in its course") {
        auto message = source.message(wire::FrameKind::kEvent, 0, 1);
        CHECK(calls.put_invocation(message, nullptr) == Put::kForOther);
        sleeper.join();
        CHECK(found == Arrival::kInvocation);
    }
    SUBCASE("to read") {
        if (turn.release()) calls.wake_next();
        sleeper.join();
        CHECK(found == Arrival::kNothing);
    }

    CHECK(slept < 10s);
    calls.remove(call);
}

TEST_CASE("call table: what is told of the end may end the table") {
    auto calls = std::make_unique<CallTable>();
    WaitingCall first;
    WaitingCall second;
    start(*calls, first, 1, /*attended=*/false);
    start(*calls, second, 2, /*attended=*/false);
    int told = 0;
    for (WaitingCall* const call : {&first, &second}) {
        calls->when_replied(
            *call,
            [&] {
                ++told;
                calls.reset();
            },
            [] { return false; });
    }

    calls->end();

    CHECK(told == 2);
    CHECK(calls == nullptr);
}

TEST_CASE("call table: what waits for a reply runs when it comes, or when none will") {
    Source source;
    CallTable calls;
    WaitingCall call;
    start(calls, call, 1, /*attended=*/false);
    int runs = 0;
    bool over = false;
    const auto wait = [&] {
        calls.when_replied(
            call, [&] { ++runs; }, [&] { return over; });
    };

    SUBCASE("with the reply") {
        wait();
        CHECK(runs == 0);
        auto message = source.reply(1);
        calls.put_reply(message, /*wake=*/true);
    }
    SUBCASE("at once, when the reply is there") {
        auto message = source.reply(1);
        calls.put_reply(message, /*wake=*/true);
        wait();
    }
    SUBCASE("at the end of the peer") {
        wait();
        calls.end();
        calls.end();
    }
    SUBCASE("after that") {
        over = true;
        wait();
    }
    SUBCASE("after a failure") {
        calls.fail("a bad frame");
        wait();
    }

    CHECK(runs == 1);
    calls.remove(call);
}

TEST_CASE("call table: all waiting calls get the first failure") {
    CallTable calls;
    CHECK_NOTHROW(calls.throw_if_failed());
    CHECK_NOTHROW(calls.throw_if_closed());
    CHECK(calls.fail("a bad frame"));
    CHECK_FALSE(calls.fail("another"));
    CHECK(calls.failed());
    CHECK_THROWS_WITH_AS(calls.throw_if_failed(), "a bad frame", ProtocolError);
    CHECK_THROWS_WITH_AS(calls.throw_if_closed(), doctest::Contains("a bad frame"),
                         ConnectionClosed);
}

}  // namespace call_table_test
