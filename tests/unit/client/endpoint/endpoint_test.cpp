#include "client/endpoint/endpoint.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bridge32/error.hpp"

namespace endpoint_test {

using namespace bridge32;
using namespace bridge32::client;
using namespace std::chrono_literals;

namespace {

constexpr wire::Envelope kRequest{wire::FrameKind::kRequest};
constexpr auto kForEver = Clock::time_point::max();

/// An endpoint, and the host's end of its channel, which the test plays.
struct Ends {
    explicit Ends(std::unique_ptr<wire::Channel> channel =
                      wire::Channel::create(wire::kMinRingBytes, wire::WaitMode::kAdaptive))
        : host(wire::Channel::attach(channel->link_to_new_host(), nullptr)),
          endpoint(
              std::move(channel), [this] { return alive.load(); },
              [this](wire::Message& message) {
                  strays.push_back(std::string(message.json()));
                  if (message.json() == "malformed") throw ProtocolError("malformed");
                  return takes_strays;
              },
              [this] { broken = true; }) {}

    bool start(WaitingCall& call, Endpoint::Waits waits = Endpoint::Waits::kAtOnce,
               Clock::time_point deadline = kForEver) {
        return endpoint.start(call, kRequest, "{}", {}, waits, deadline);
    }
    void send(wire::FrameKind kind, std::uint64_t id, std::uint64_t related,
              std::string_view json) {
        host->try_send({kind, 0, id, related}, json, {});
    }
    void reply(const WaitingCall& call, std::string_view json = "reply") {
        send(wire::FrameKind::kReply, call.id(), 0, json);
    }
    /// The next message that the host gets.
    wire::Message read() {
        wire::Message message;
        const auto end = Clock::now() + 10s;
        while (!host->receive(message) && Clock::now() < end)
            std::this_thread::yield();
        return message;
    }

    std::atomic<bool> alive{true};
    bool takes_strays = true;
    bool broken = false;
    std::vector<std::string> strays;
    std::unique_ptr<wire::Channel> host;
    Endpoint endpoint;
};

/// A host that answers every request with its own text, and sends an event in its course before.
class EchoHost {
public:
    explicit EchoHost(wire::Channel& channel) : channel_(channel), thread_([this] { run(); }) {}
    ~EchoHost() {
        stop_ = true;
        thread_.join();
    }

private:
    void run() {
        wire::Message message;
        while (!stop_) {
            if (!channel_.receive(message)) {
                std::this_thread::yield();
                continue;
            }
            if (message.kind() != wire::FrameKind::kRequest) continue;
            send({wire::FrameKind::kEvent, 0, 0, message.call_id()}, "event");
            send({wire::FrameKind::kReply, 0, message.call_id()}, message.json());
        }
    }
    void send(const wire::Envelope& envelope, std::string_view json) {
        while (!stop_ && !channel_.try_send(envelope, json, {}))
            std::this_thread::yield();
    }

    wire::Channel& channel_;
    std::atomic<bool> stop_{false};
    std::thread thread_;
};

}  // namespace

TEST_CASE("endpoint: a reply reaches its call") {
    Ends ends;
    WaitingCall call;
    Endpoint::Waits waits{};
    SUBCASE("of a thread that waits at once") { waits = Endpoint::Waits::kAtOnce; }
    SUBCASE("of a thread that waits later") { waits = Endpoint::Waits::kLater; }

    for (int i = 0; i < 3; ++i) {
        REQUIRE(ends.start(call, waits));
        CHECK(ends.read().call_id() == call.id());
        ends.reply(call);
        CHECK(ends.endpoint.wait(call, kForEver) == Arrival::kReply);
        CHECK(call.reply().json() == "reply");
    }
}

TEST_CASE("endpoint: replies reach their calls in any order") {
    Ends ends;
    WaitingCall first;
    WaitingCall second;
    WaitingCall third;
    ends.start(first, Endpoint::Waits::kLater);
    ends.start(second, Endpoint::Waits::kLater);
    ends.start(third, Endpoint::Waits::kLater);
    ends.reply(third, "third");
    ends.reply(second, "second");
    ends.reply(first, "first");

    CHECK(ends.endpoint.wait(first, kForEver) == Arrival::kReply);
    CHECK(first.reply().json() == "first");
    CHECK(ends.endpoint.wait(second, Clock::now()) == Arrival::kReply);
    CHECK(second.reply().json() == "second");
    CHECK(ends.endpoint.wait(third, Clock::now()) == Arrival::kReply);
    CHECK(third.reply().json() == "third");
}

TEST_CASE("endpoint: an event of a call arrives before its reply") {
    Ends ends;
    WaitingCall call;
    ends.start(call);
    ends.send(wire::FrameKind::kEvent, 0, call.id(), "event");
    ends.reply(call);

    REQUIRE(ends.endpoint.wait(call, kForEver) == Arrival::kInvocation);
    CHECK(ends.endpoint.take_invocation(call).json() == "event");
    CHECK(ends.endpoint.wait(call, kForEver) == Arrival::kReply);
    CHECK(ends.strays.empty());
}

TEST_CASE("endpoint: at the deadline the reply stays expected") {
    Ends ends;
    WaitingCall call;
    ends.start(call);

    CHECK(ends.endpoint.wait(call, Clock::now() + 5ms) == Arrival::kNothing);

    ends.reply(call);
    CHECK(ends.endpoint.wait(call, kForEver) == Arrival::kReply);
}

TEST_CASE("endpoint: a wait ends at its deadline while a flood of other messages comes") {
    Ends ends;
    WaitingCall call;
    ends.takes_strays = false;
    ends.start(call);
    std::atomic<bool> stop{false};
    std::thread flood([&] {
        while (!stop)
            ends.send(wire::FrameKind::kEvent, 0, 0, "event");
    });

    const auto begin = Clock::now();
    CHECK(ends.endpoint.wait(call, begin + 20ms) == Arrival::kNothing);
    ends.endpoint.read_idle(Clock::now());
    CHECK(Clock::now() - begin < 5s);

    stop = true;
    flood.join();
}

TEST_CASE("endpoint: a host that violates the protocol is left at once") {
    Ends ends;
    WaitingCall call;
    ends.start(call);
    SUBCASE("by a frame that only clients send") {
        ends.send(wire::FrameKind::kCancel, 0, 0, "{}");
        CHECK_THROWS_AS(ends.endpoint.wait(call, kForEver), ProtocolError);
    }
    SUBCASE("by callbacks without end, whose answers it does not read") {
        ends.takes_strays = false;
        std::atomic<bool> stop{false};
        std::thread flood([&] {
            for (std::uint64_t id = 1; !stop; ++id)
                ends.send(wire::FrameKind::kCallback, id, 0, "{}");
        });
        CHECK_THROWS_AS(ends.endpoint.wait(call, Clock::now() + 30s), ProtocolError);
        stop = true;
        flood.join();
    }

    CHECK(ends.broken);
    CHECK(ends.endpoint.peer_gone());
#ifndef _WIN32
    CHECK(ends.host->link().ended());
#endif
    CHECK_THROWS_AS(ends.start(call), ConnectionClosed);
}

TEST_CASE("endpoint: an abandoned call is cancelled, and its late reply dropped") {
    Ends ends;
    WaitingCall call;
    ends.start(call);
    const auto id = ends.read().call_id();

    ends.endpoint.abandon(call, /*tell_host=*/true);

    const auto cancel = ends.read();
    CHECK(cancel.kind() == wire::FrameKind::kCancel);
    CHECK(cancel.call_id() == id);
    ends.reply(call, "late");
    WaitingCall next;
    REQUIRE(ends.start(next));
    ends.reply(next, "next");
    CHECK(ends.endpoint.wait(next, kForEver) == Arrival::kReply);
    CHECK(next.reply().json() == "next");
}

TEST_CASE("endpoint: invocations that no thread waits for go to the dispatcher") {
    Ends ends;
    ends.send(wire::FrameKind::kEvent, 0, 0, "event");
    ends.send(wire::FrameKind::kCallback, 9, 0, "callback");

    SUBCASE("which takes it") {
        ends.endpoint.read_idle(Clock::now() + 10s);
        CHECK(ends.strays == std::vector<std::string>{"event", "callback"});
    }
    SUBCASE("or else a callback is refused") {
        ends.takes_strays = false;
        ends.endpoint.read_idle(Clock::now() + 10s);
        ends.endpoint.read_idle(Clock::now());
        const auto refusal = ends.read();
        CHECK(refusal.kind() == wire::FrameKind::kCallbackReply);
        CHECK(refusal.call_id() == 9);
    }
}

TEST_CASE("endpoint: a malformed invocation that a late thread leaves ends the session") {
    Ends ends;
    WaitingCall call;
    ends.start(call);
    ends.send(wire::FrameKind::kCallback, 9, call.id(), "malformed");
    REQUIRE(ends.endpoint.wait(call, kForEver) == Arrival::kInvocation);

    CHECK_THROWS_AS(ends.endpoint.leave_early(call), ProtocolError);

    CHECK(ends.broken);
    WaitingCall next;
    CHECK_THROWS_AS(ends.start(next), ConnectionClosed);
}

TEST_CASE("endpoint: the dispatcher gives way to a caller, and can be interrupted") {
    Ends ends;
    const EchoHost host(*ends.host);
    std::atomic<bool> stop{false};
    std::atomic<int> reads{0};
    std::thread dispatcher([&] {
        while (!stop) {
            ends.endpoint.read_idle(kForEver);
            ++reads;
        }
    });

    const auto begin = Clock::now();
    WaitingCall call;
    for (int i = 0; i < 20; ++i) {
        ends.start(call);
        while (ends.endpoint.wait(call, kForEver) == Arrival::kInvocation)
            ends.endpoint.take_invocation(call);
    }
    CHECK(Clock::now() - begin < 10s);
    CHECK(ends.strays.empty());

    stop = true;
    for (const int seen = reads; reads == seen && Clock::now() < begin + 10s;)
        ends.endpoint.interrupt_idle();
    dispatcher.join();
}

TEST_CASE("endpoint: the end of the peer wakes all waiting threads") {
    Ends ends;
    std::vector<std::thread> threads;
    std::atomic<int> gone{0};
    std::atomic<int> waiting{0};
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&] {
            WaitingCall call;
            ends.start(call);
            ++waiting;
            try {
                ends.endpoint.wait(call, kForEver);
            } catch (const PeerGone&) {
                ++gone;
            }
        });
    }
    while (waiting != 3)
        std::this_thread::yield();

    SUBCASE("when it is told") { ends.endpoint.peer_died(); }
    SUBCASE("when it is seen") { ends.alive = false; }
    SUBCASE("when the host says so") { ends.host->set_host_state(wire::HostState::kGone); }

    for (auto& thread : threads)
        thread.join();
    CHECK(gone == 3);
    WaitingCall late;
    CHECK_THROWS_AS(ends.start(late), PeerGone);
    int runs = 0;
    ends.endpoint.when_replied(late, [&] { ++runs; });
    CHECK(runs == 1);
}

TEST_CASE("endpoint: a reply that came before the end of the peer counts") {
    Ends ends;
    WaitingCall call;
    ends.start(call);
    ends.reply(call);
    ends.endpoint.peer_died();
    CHECK(ends.endpoint.wait(call, kForEver) == Arrival::kReply);
}

TEST_CASE("endpoint: a frame of an unknown kind is a ProtocolError for all") {
    Ends ends;
    WaitingCall first;
    WaitingCall second;
    ends.start(first);
    ends.start(second, Endpoint::Waits::kLater);
    int runs = 0;
    ends.endpoint.when_replied(second, [&] { ++runs; });
    ends.send(static_cast<wire::FrameKind>(99), 1, 0, "{}");

    CHECK_THROWS_AS(ends.endpoint.wait(first, kForEver), ProtocolError);
    CHECK_THROWS_AS(ends.endpoint.wait(second, kForEver), ProtocolError);
    CHECK_THROWS_AS(ends.start(first), ConnectionClosed);
    CHECK(ends.broken);
    CHECK(runs == 1);
}

TEST_CASE("endpoint: with a full ring a request waits for room") {
    Ends ends;
    WaitingCall calls[2];
    const auto fill = [&] {
        while (ends.start(calls[0], Endpoint::Waits::kLater, Clock::now()))
            ends.endpoint.abandon(calls[0], /*tell_host=*/false);
    };
    fill();

    SUBCASE("until its deadline") {
        CHECK_FALSE(ends.start(calls[1], Endpoint::Waits::kAtOnce, Clock::now() + 5ms));
        CHECK(ends.endpoint.wait(calls[1], Clock::now()) == Arrival::kNothing);
    }
    SUBCASE("that the host makes, and gets its reply") {
        const EchoHost host(*ends.host);
        REQUIRE(ends.start(calls[1]));
        Arrival found = Arrival::kNothing;
        while ((found = ends.endpoint.wait(calls[1], kForEver)) == Arrival::kInvocation)
            ends.endpoint.take_invocation(calls[1]);
        CHECK(found == Arrival::kReply);
    }
}

TEST_CASE("endpoint: many threads get their own replies and events, beside a dispatcher") {
    Ends ends;
    const EchoHost host(*ends.host);
    std::atomic<bool> stop{false};
    std::thread dispatcher([&] {
        while (!stop)
            ends.endpoint.read_idle(Clock::now() + 1ms);
    });
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&, thread] {
            WaitingCall call;
            for (int i = 0; i < 500; ++i) {
                const auto text = std::to_string(thread) + ":" + std::to_string(i);
                const auto waits = i % 4 == 3 ? Endpoint::Waits::kLater : Endpoint::Waits::kAtOnce;
                ends.endpoint.start(call, kRequest, text, {}, waits, kForEver);
                if (i % 50 == 49) {
                    ends.endpoint.abandon(call, /*tell_host=*/i % 100 == 99);
                    continue;
                }
                while (ends.endpoint.wait(call, kForEver) == Arrival::kInvocation) {
                    if (ends.endpoint.take_invocation(call).json() != "event") ++wrong;
                }
                if (call.reply().json() != text) ++wrong;
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    stop = true;
    dispatcher.join();
    CHECK(wrong == 0);
}

}  // namespace endpoint_test
