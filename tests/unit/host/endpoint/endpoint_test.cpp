// The host's end of a channel, with a client that does what it likes.
#include "host32/endpoint/endpoint.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "bridge32/error.hpp"
#include "hosting/host_table.hpp"
#include "unit/host/endpoint/endpoint_pair.hpp"

namespace endpoint_test {

namespace {

using namespace bridge32;
using wire::FrameKind;
using Pair = EndpointPair;

/// A running call of the plugin's, as the endpoint sees it.
struct Call : bridge32_call {
    Call(host::Endpoint& its_endpoint, std::uint64_t id, unsigned its_depth)
        : endpoint(its_endpoint), number(id), depth_(its_depth) {}
    std::int32_t reply(std::string_view, std::span<const bridge32_attachment>) noexcept override {
        return BRIDGE32_OK;
    }
    std::uint64_t call_id() const noexcept override { return number; }
    unsigned depth() const noexcept override { return depth_; }
    bool cancelled() noexcept override { return given_up || endpoint.cancelled(number); }
    void give_up() noexcept override { given_up = true; }

    host::Endpoint& endpoint;
    std::uint64_t number;
    unsigned depth_;
    bool given_up = false;
};

void BRIDGE32_ABI keep(void* user, const char* json, std::uint32_t size, const bridge32_attachment*,
                       std::uint32_t) {
    static_cast<std::string*>(user)->assign(json, size);
}

}  // namespace

TEST_CASE("endpoint: requests come in order, a cancelled one not at all") {
    Pair pair;
    pair.send({FrameKind::kRequest, 0, 1, 0}, "one");
    pair.send({FrameKind::kRequest, 0, 2, 0}, "two");
    pair.send({FrameKind::kRequest, 0, 3, 0}, "three");
    pair.send({FrameKind::kCancel, 0, 2, 0}, "{}");

    wire::Message message;
    REQUIRE(pair.endpoint->take(message));
    CHECK(message.json() == "one");
    REQUIRE(pair.endpoint->take(message));
    CHECK(message.json() == "three");
    CHECK_FALSE(pair.endpoint->take(message));
    CHECK_FALSE(pair.endpoint->ready());
}

TEST_CASE("endpoint: a callback's answer and the calls it makes find the thread that runs it") {
    Pair pair;
    pair.send({FrameKind::kRequest, 0, 5, 0}, "outer");
    wire::Message outer;
    REQUIRE(pair.endpoint->take(outer));
    Call call(*pair.endpoint, 5, 2);
    std::string answer;
    std::thread client([&] {
        wire::Message callback;
        while (!pair.client->receive(callback))
            std::this_thread::yield();
        CHECK(callback.kind() == FrameKind::kCallback);
        CHECK(callback.related_id() == 5);
        pair.send({FrameKind::kRequest, 0, 6, 0}, "of another thread");
        pair.send({FrameKind::kRequest, 0, 7, callback.call_id()}, "of the callback");
        pair.send({FrameKind::kCallbackReply, 0, callback.call_id() + 100, 0}, "of nobody");
        pair.send({FrameKind::kCallbackReply, 0, callback.call_id(), 0}, R"({"result":1})");
    });

    const auto code =
        pair.endpoint->invoke(&call, R"({"callback":1,"args":[]})", {}, keep, &answer);

    client.join();
    CHECK(code == BRIDGE32_OK);
    CHECK(answer == R"({"result":1})");
    CHECK(pair.nested == std::vector<std::string>{"of the callback"});
    CHECK(pair.depths == std::vector<unsigned>{3});
    wire::Message message;
    REQUIRE(pair.endpoint->take(message));
    CHECK(message.json() == "of another thread");
}

TEST_CASE("endpoint: a nested request whose callback is over is an ordinary one") {
    Pair pair;
    pair.send({FrameKind::kRequest, 0, 1, 99}, "late");
    wire::Message message;
    REQUIRE(pair.endpoint->take(message));
    CHECK(message.json() == "late");
}

TEST_CASE("endpoint: a callback ends when the endpoint is closed, or its call given up") {
    Pair pair;
    pair.send({FrameKind::kRequest, 0, 5, 0}, "outer");
    wire::Message outer;
    REQUIRE(pair.endpoint->take(outer));
    std::string answer;
    SUBCASE("given up") {
        Call call(*pair.endpoint, 5, 0);
        std::thread client([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
            pair.send({FrameKind::kCancel, 0, 5, 0}, "{}");
        });
        CHECK(pair.endpoint->invoke(&call, "{}", {}, keep, &answer) == BRIDGE32_CALL_IS_OVER);
        client.join();
    }
    SUBCASE("closed") {
        std::thread closer([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
            pair.endpoint->close();
        });
        CHECK(pair.endpoint->invoke(nullptr, "{}", {}, keep, &answer) == BRIDGE32_DISCONNECTED);
        closer.join();
        CHECK(pair.endpoint->emit(nullptr, "{}", {}) == BRIDGE32_DISCONNECTED);
        CHECK(pair.endpoint->send_reply(1, "{}", {}) == BRIDGE32_DISCONNECTED);
    }
    SUBCASE("too deep") {
        Call call(*pair.endpoint, 5, BRIDGE32_MAX_CALL_DEPTH);
        CHECK(pair.endpoint->invoke(&call, "{}", {}, keep, &answer) == BRIDGE32_TOO_DEEP);
    }
    CHECK(answer.empty());
}

TEST_CASE("endpoint: callbacks that belong to no call nest no deeper either") {
    Pair pair;
    std::vector<std::int32_t> codes;
    std::string answer;
    std::uint64_t last = 0;
    const auto call_back = [&] {
        // What the callback is going to request, if it comes so far.
        pair.send({FrameKind::kRequest, 0, 1000 + ++last, last}, "{}");
        codes.push_back(pair.endpoint->invoke(nullptr, "{}", {}, keep, &answer));
        pair.send({FrameKind::kCallbackReply, 0, --last, 0}, R"({"result":1})");
    };
    pair.endpoint->serve_nested_with([&](wire::Message&, unsigned) {
        REQUIRE(last < 1000);
        call_back();
    });

    call_back();

    CHECK(codes.size() == BRIDGE32_MAX_CALL_DEPTH + 1);
    CHECK(codes.front() == BRIDGE32_TOO_DEEP);
    CHECK(codes.back() == BRIDGE32_OK);
}

TEST_CASE("endpoint: events for a client that does not read are kept to a limit, then dropped") {
    Pair pair;
    const std::string json = R"({"event":"x","args":[")" + std::string(1000, 'x') + "\"]}";
    int sent = 0;
    while (sent < 100'000 && pair.endpoint->emit(nullptr, json, {}) == BRIDGE32_OK)
        ++sent;
    CHECK(sent >= 1000);
    CHECK(sent < 100'000);
    CHECK(pair.endpoint->blocked());

    int received = 0;
    wire::Message message;
    while (received < sent) {
        pair.endpoint->flush();
        if (!pair.client->receive(message)) break;
        CHECK(message.kind() == FrameKind::kEvent);
        ++received;
    }
    CHECK(received == sent);
    CHECK_FALSE(pair.endpoint->blocked());
}

TEST_CASE("endpoint: replies are never dropped, and keep their order") {
    Pair pair;
    for (std::uint64_t i = 1; i <= 300; ++i)
        REQUIRE(pair.endpoint->send_reply(i, std::string(1000, 'r'), {}) == BRIDGE32_OK);
    CHECK(pair.endpoint->blocked());

    wire::Message message;
    for (std::uint64_t i = 1; i <= 300; ++i) {
        pair.endpoint->flush();
        REQUIRE(pair.client->receive(message));
        REQUIRE(message.call_id() == i);
    }
}

TEST_CASE("endpoint: any number of cancels for calls that nobody knows does no harm") {
    Pair pair;
    wire::Message message;
    for (std::uint64_t i = 1; i <= 5000; ++i) {
        pair.send({FrameKind::kCancel, 0, i, 0}, "{}");
        REQUIRE_FALSE(pair.endpoint->take(message));
    }
    pair.send({FrameKind::kRequest, 0, 10'000, 0}, "next");
    REQUIRE(pair.endpoint->take(message));
    CHECK(message.json() == "next");
}

TEST_CASE("endpoint: a client that does not answer is waited for as long as nobody else waits") {
    using namespace std::chrono_literals;
    Pair pair;
    bool others = false;
    pair.endpoint->limit_patience(20ms, [&] { return others; });
    pair.send({FrameKind::kRequest, 0, 5, 0}, "outer");
    wire::Message outer;
    REQUIRE(pair.endpoint->take(outer));
    Call call(*pair.endpoint, 5, 0);
    std::string answer;

    SUBCASE("nobody else") {
        std::thread client([&] {
            wire::Message callback;
            while (!pair.client->receive(callback))
                std::this_thread::yield();
            std::this_thread::sleep_for(80ms);
            pair.send({FrameKind::kCallbackReply, 0, callback.call_id(), 0}, "late");
        });
        CHECK(pair.endpoint->invoke(&call, "{}", {}, keep, &answer) == BRIDGE32_OK);
        client.join();
        CHECK(answer == "late");
    }
    SUBCASE("others, and it has a callback to answer") {
        others = true;
        CHECK(pair.endpoint->invoke(&call, "{}", {}, keep, &answer) == BRIDGE32_CALL_IS_OVER);
        CHECK(call.cancelled());
        const auto start = std::chrono::steady_clock::now();
        for (int again = 0; again < 1000; ++again)
            CHECK(pair.endpoint->invoke(&call, "{}", {}, keep, &answer) == BRIDGE32_CALL_IS_OVER);
        CHECK(std::chrono::steady_clock::now() - start < 10s);  // 20 ms each would be more
        CHECK_FALSE(pair.endpoint->closed());
    }
    SUBCASE("others, and its ring is full of events") {
        others = true;
        int sent = 0;
        while (sent < 10'000 && pair.endpoint->emit(&call, "{}", {}) == BRIDGE32_OK)
            ++sent;
        CHECK(sent < 10'000);
        CHECK(call.cancelled());
        CHECK_FALSE(pair.endpoint->closed());
    }
}

TEST_CASE("endpoint: a client that sends without end while its callback runs is cut off") {
    Pair pair;
    const std::string mebibyte(1 << 20, 'x');
    std::atomic<int> sent{0};
    std::thread client([&] {
        wire::Message callback;
        while (!pair.client->receive(callback))
            std::this_thread::yield();
        for (; sent < 1000 && !pair.endpoint->closed(); ++sent) {
            while (!pair.endpoint->closed() &&
                   !pair.client->try_send({FrameKind::kRequest, 0, 9, callback.call_id()}, mebibyte,
                                          {})) {
                std::this_thread::yield();
            }
        }
    });
    // The thread that would serve them is slow: it takes one, and the next hundred wait.
    pair.endpoint->serve_nested_with([&](wire::Message&, unsigned) {
        while (!pair.endpoint->closed()) {
            pair.endpoint->cancelled(9);  // reads what has come
            std::this_thread::yield();
        }
    });
    std::string answer;

    CHECK(pair.endpoint->invoke(nullptr, "{}", {}, keep, &answer) == BRIDGE32_DISCONNECTED);
    client.join();
    CHECK(sent < 1000);  // they were not all taken
}

}  // namespace endpoint_test
