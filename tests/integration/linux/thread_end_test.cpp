// Threads that pthread_exit or pthread_cancel ends inside of the client.
#include <bridge32/bridge32.h>
#include <doctest/doctest.h>
#include <pthread.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "integration/support.hpp"

namespace linux_thread_end_test {

using bridge32::Client;

namespace {

/// A thread whose end is awaited, and how it came.
class Thread {
public:
    explicit Thread(std::function<void()> body) : body_(std::move(body)) {
        REQUIRE(::pthread_create(&thread_, nullptr, &run, this) == 0);
    }
    pthread_t native() const noexcept { return thread_; }
    /// True if it came to the end of `body`.
    bool finished() {
        void* result = nullptr;
        ::pthread_join(thread_, &result);
        return result == this;
    }

private:
    static void* run(void* self) {
        static_cast<Thread*>(self)->body_();
        return self;
    }

    std::function<void()> body_;
    pthread_t thread_{};
};

}  // namespace

TEST_CASE("thread end: a function of a call ends its thread, and the plugin gets an error") {
    auto c = test::client("calls_back");
    Thread thread([&] { c.call("scan", 3, [](int, double) -> bool { ::pthread_exit(nullptr); }); });

    CHECK_FALSE(thread.finished());

    CHECK(c.call<int>("add", 1, 2) == 3);
}

TEST_CASE("thread end: so does one of the C interface") {
    const std::string options = bridge32::Json{{"plugin_path", test::kPlugins.string()}}.dump();
    bridge32_client* client = nullptr;
    REQUIRE(bridge32_client_open("calls_back", options.c_str(), nullptr, nullptr, &client,
                                 nullptr) == 0);
    std::uint64_t id = 0;
    bridge32_client_add_function(
        client,
        [](void*, const char*, const bridge32_buffer*, std::uint32_t, bridge32_answer*) {
            ::pthread_exit(nullptr);
        },
        nullptr, &id, nullptr);
    const auto call = [&](const char* method, const std::string& args) {
        return bridge32_client_call(client, method, args.c_str(), nullptr, nullptr, 0, 20'000,
                                    nullptr, nullptr);
    };
    const std::string function = R"({"$callback":{"id":)" + std::to_string(id);
    Thread thread([&] { call("scan", "[3," + function + "}}]"); });

    CHECK_FALSE(thread.finished());
    CHECK(call("add", "[1,2]") == BRIDGE32_STATUS_OK);

    // On the client's own thread.
    CHECK(call("subscribe", "[" + function + R"(,"long_lived":true}},1])") == BRIDGE32_STATUS_OK);
    CHECK(call("sleep_ms", "[50]") == BRIDGE32_STATUS_OK);
    bridge32_client_close(client);
}

TEST_CASE("thread end: a handler of events, and a continuation") {
    auto c = test::client("calls_back");
    SUBCASE("a handler") {
        std::atomic<bool> ran{false};
        c.on_event([&](std::string_view, const bridge32::Json&) {
            if (!ran.exchange(true)) ::pthread_exit(nullptr);
        });
        Thread thread([&] { c.call("progress", 1); });
        CHECK_FALSE(thread.finished());
        CHECK(ran);
    }
    SUBCASE("a continuation") {
        auto ended = c.async<int>("add", 1, 2).then([](int) -> int { ::pthread_exit(nullptr); });
        CHECK_THROWS_AS(ended.get(), bridge32::Error);
    }
    CHECK(c.call<int>("add", 1, 2) == 3);
}

TEST_CASE("thread end: threads that wait are cancelled, and others call on") {
    auto c = test::client("calls_back");
    const auto wait = [&] { c.call("sleep_ms", 300); };
    Thread one(wait);
    Thread two(wait);
    Thread three([&] { c.async("sleep_ms", 300).wait_for(std::chrono::seconds(20)); });

    for (auto* const thread : {&one, &two, &three})
        ::pthread_cancel(thread->native());
    for (auto* const thread : {&one, &two, &three})
        thread->finished();  // at once, or when the call has returned

    CHECK(c.call<int>("add", 1, 2) == 3);
}

TEST_CASE("thread end: a thread is cancelled while it ends a client, or a function that runs") {
    auto options = test::options();
    options.shutdown_timeout = std::chrono::milliseconds(300);
    SUBCASE("shutdown of a host that hangs") {
        Client c("crashes", options);
        c.notify("hang");
        Thread thread([&] { c.shutdown(); });
        ::pthread_cancel(thread.native());
        thread.finished();
        CHECK_THROWS_AS(c.call("hang"), bridge32::ConnectionClosed);
    }
    SUBCASE("the end of a client whose host hangs") {
        Thread thread([&] {
            const Client c("crashes", options);
            c.notify("hang");
        });
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        ::pthread_cancel(thread.native());
        thread.finished();
    }
    SUBCASE("the end of a long-lived function") {
        auto c = test::client("calls_back");
        std::atomic<bool> runs{false};
        std::atomic<bool> over{false};
        std::optional<bridge32::LongLivedFunction> kept = c.long_lived([&](int) {
            runs = true;
            test::eventually([&] { return over.load(); });
        });
        c.call("subscribe", *kept, 1);
        REQUIRE(test::eventually([&] { return runs.load(); }));
        Thread thread([&] { kept.reset(); });
        ::pthread_cancel(thread.native());
        over = true;
        thread.finished();
        c.call("stop");
    }
}

}  // namespace linux_thread_end_test
