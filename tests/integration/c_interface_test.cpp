// What the C interface says when it is used wrongly. What it does otherwise, a program in C tests:
// c_interface/program.c.
#include <bridge32/bridge32.h>
#include <doctest/doctest.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "bridge32/internal/text/path_text.hpp"
#include "support.hpp"

namespace c_interface_test {

using bridge32::Json;

namespace {

constexpr std::int64_t kLimit = 20'000;  // ms; a bound, not an expectation

/// An error's text, freed.
class Error {
public:
    Error() = default;
    Error(const Error&) = delete;
    Error& operator=(const Error&) = delete;
    ~Error() { bridge32_free(text_); }

    /// Where the next one goes.
    operator char**() noexcept {
        bridge32_free(text_);
        text_ = nullptr;
        return &text_;
    }
    Json json() const { return text_ == nullptr ? Json() : Json::parse(text_); }
    std::string message() const { return json().value("message", ""); }

private:
    char* text_ = nullptr;
};

std::string options(const Json& more = Json::object()) {
    Json all{{"plugin_path", bridge32::detail::utf8_of(test::kPlugins)},
             {"startup_timeout", 60'000}};
    all.update(more);
    return all.dump();
}

/// A client, closed at the end.
class Client {
public:
    explicit Client(const char* plugin, const Json& more = Json::object()) {
        Error error;
        bridge32_client_open(plugin, options(more).c_str(), nullptr, nullptr, &client_, error);
        INFO(error.message());
        REQUIRE(client_ != nullptr);
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client() { bridge32_client_close(client_); }

    operator bridge32_client*() const noexcept { return client_; }

    std::int32_t call(const char* method, const char* args, char** error = nullptr,
                      const bridge32_buffer* buffers = nullptr, std::uint32_t count = 0,
                      std::int64_t timeout = kLimit) const {
        return bridge32_client_call(client_, method, args, nullptr, buffers, count, timeout,
                                    nullptr, error);
    }

private:
    bridge32_client* client_ = nullptr;
};

std::string open_error(const char* json) {
    Error error;
    bridge32_client* client = nullptr;
    CHECK(bridge32_client_open("echo", json, nullptr, nullptr, &client, error) ==
          BRIDGE32_STATUS_INVALID_ARGUMENT);
    CHECK(client == nullptr);
    return error.message();
}

}  // namespace

TEST_CASE("c interface: options that are unknown or of another type are named") {
    CHECK(open_error(R"({"cal_timeout":5})") ==
          "unknown option `cal_timeout`. Did you mean `call_timeout`?");
    CHECK(open_error(R"({"call_timeout":"5 s"})") ==
          "option `call_timeout` must be a number of milliseconds, not \"5 s\"");
    CHECK(open_error(R"({"wait":"fast"})") ==
          R"(option `wait` must be "adaptive", "spin" or "block", not "fast")");
    CHECK(open_error(R"({"environment":{"A":1}})") ==
          "option `environment` must be a string, not 1");
    CHECK(open_error(R"({"kwargs":[1]})") == "option `kwargs` must be an object, not [1]");
    CHECK(open_error("[]") == "the options must be a JSON object");
    CHECK(open_error("{").starts_with("the options are not JSON: "));
}

TEST_CASE("c interface: every option is taken") {
    const Json all{{"kwargs", {{"gain", 1}}},
                   {"plugin_path", Json::array({bridge32::detail::utf8_of(test::kPlugins)})},
                   {"allow_unsafe_plugins", true},
                   {"library_path", Json::array()},
                   {"environment", {{"B32_C_INTERFACE", "here"}}},
                   {"working_directory", bridge32::detail::utf8_of(test::kBin)},
                   {"host_executable", bridge32::detail::utf8_of(test::kHost)},
                   {"startup_timeout", 60'000},
                   {"call_timeout", 20'000},
                   {"shutdown_timeout", 10'000},
                   {"restart", "on_crash"},
                   {"repeat_idempotent", true},
                   {"restart_limit", 3},
                   {"restart_delay", 10},
                   {"start_host", false},
                   {"host_idle_timeout", nullptr},
                   {"wait", "block"},
                   {"ring_bytes", 65536},
                   {"mode", "process"},
                   {"dispatch", "thread"}};
    const Client client("echo", all);

    bridge32_reply* reply = nullptr;
    REQUIRE(bridge32_client_call(client, "environment", R"(["B32_C_INTERFACE"])", nullptr, nullptr,
                                 0, kLimit, &reply, nullptr) == BRIDGE32_STATUS_OK);
    CHECK(std::string(bridge32_reply_json(reply)) == R"("here")");
    bridge32_reply_free(reply);
}

TEST_CASE("c interface: arguments that are malformed are refused before they are sent") {
    const Client client("echo");
    const double x[2] = {1, 2};
    const bridge32_buffer buffer{x, sizeof x};
    const auto message = [&](const char* args) {
        Error error;
        CHECK(client.call("echo", args, error, &buffer, 1) == BRIDGE32_STATUS_INVALID_ARGUMENT);
        CHECK(error.json()["where"] == "echo.echo");
        return error.message();
    };

    CHECK(message("{}") == "an argument cannot be sent: args must be the text of a JSON array");
    CHECK(message("[1").starts_with("an argument cannot be sent: at args: "));
    CHECK(message("[1] 2").starts_with("an argument cannot be sent: at args: "));
    CHECK(message("[\"\xff\"]").find("UTF-8") != std::string::npos);
    CHECK(message(R"([{"$arry":1}])").find("unknown tag \"$arry\"") != std::string::npos);
    CHECK(message(R"([1,{"a":[{"$array":{"dtype":"<f8","shape":[2],"at":1}}]}])") ==
          "an argument cannot be sent: at args[1].a[0]: no attachment 1; the message has 1");
    CHECK(message(R"([{"$array":{"dtype":"<f8","shape":[3],"at":0}}])") ==
          "an argument cannot be sent: at args[0]: the array's shape needs 24 bytes, attachment 0 "
          "has 16");
    CHECK(message(R"([{"$array":{"dtype":"<f5","shape":[2],"at":0}}])").find("unknown dtype") !=
          std::string::npos);
    CHECK(message(R"([{"$float":"infinite"}])").find("at args[0]: ") != std::string::npos);
    CHECK(message(R"([{"$callback":{"id":77}}])").find("there is no function 77") !=
          std::string::npos);
    CHECK(client.call("add", "[1,2]") == BRIDGE32_STATUS_OK);
}

TEST_CASE("c interface: null where something is needed is an error, not a crash") {
    const Client client("echo");
    const bridge32_buffer nothing{nullptr, 8};
    Error error;
    const auto refused = [&](std::int32_t status, const char* message) {
        CHECK(status == BRIDGE32_STATUS_INVALID_ARGUMENT);
        CHECK(error.message() == message);
    };

    refused(bridge32_client_open("echo", nullptr, nullptr, nullptr, nullptr, error),
            "where to put the client is null");
    refused(bridge32_client_call(nullptr, "add", nullptr, nullptr, nullptr, 0, -1, nullptr, error),
            "the client is null");
    refused(client.call(nullptr, nullptr, error), "the method's name is null");
    refused(client.call("echo", nullptr, error, nullptr, 1), "the list of buffers is null");
    refused(client.call("echo", nullptr, error, &nothing, 1),
            "the data of buffer 0 is null, but its size is 8");
    refused(bridge32_client_on_event(client, nullptr, nullptr, nullptr, error),
            "the function is null");
    bridge32_client_close(nullptr);
    bridge32_reply_free(nullptr);
    bridge32_pending_free(nullptr);
    bridge32_pending_cancel(nullptr);
    bridge32_free(nullptr);
    bridge32_free_buffer(nullptr);
}

TEST_CASE("c interface: each kind of error has its status") {
    const Client client("throws");
    Error remote;
    CHECK(client.call("std_exception", nullptr, remote) == BRIDGE32_STATUS_REMOTE);
    CHECK(remote.json() == Json{{"status", BRIDGE32_STATUS_REMOTE},
                                {"type", "std::runtime_error"},
                                {"message", "no light"},
                                {"where", "throws.std_exception"}});
    CHECK(client.call("not_utf8", nullptr, remote) == BRIDGE32_STATUS_REMOTE);
    CHECK(client.call("ad", "[1,2]") == BRIDGE32_STATUS_METHOD_NOT_FOUND);
    CHECK(client.call("add", "[1.5,2]") == BRIDGE32_STATUS_INVALID_ARGUMENT);

    bridge32_client* none = nullptr;
    CHECK(bridge32_client_open("no_such_plugin", options().c_str(), nullptr, nullptr, &none,
                               nullptr) == BRIDGE32_STATUS_PLUGIN);
    CHECK(bridge32_client_open("echo", options({{"host_executable", "/nowhere"}}).c_str(), nullptr,
                               nullptr, &none, nullptr) == BRIDGE32_STATUS_STARTUP);
}

TEST_CASE("c interface: a call has the time limit that it names, else the client's") {
    const Client client("echo", {{"call_timeout", 20}});
    Error error;
    CHECK(client.call("sleep_ms", "[300]", error, nullptr, 0, BRIDGE32_CLIENT_TIMEOUT) ==
          BRIDGE32_STATUS_TIMEOUT);
    CHECK(error.json()["type"] == "TimeoutError");
    CHECK(client.call("sleep_ms", "[30]", nullptr, nullptr, 0, BRIDGE32_NO_TIMEOUT) ==
          BRIDGE32_STATUS_OK);
}

TEST_CASE("c interface: a time limit of ages has no end, and a negative one has passed") {
    constexpr std::int64_t kAges = std::int64_t{1} << 49U;  // ms; more than a clock in ns holds
    const Client client(
        "echo", {{"startup_timeout", kAges}, {"call_timeout", kAges}, {"shutdown_timeout", kAges}});
    bridge32_pending* pending = nullptr;
    std::int32_t ready = 0;
    std::uint64_t count = 1;

    CHECK(client.call("sleep_ms", "[1]", nullptr) == BRIDGE32_STATUS_OK);
    REQUIRE(bridge32_client_start(client, "sleep_ms", "[1]", nullptr, nullptr, 0, -1, &pending,
                                  nullptr) == BRIDGE32_STATUS_OK);
    CHECK(bridge32_pending_wait(pending, -kAges, &ready, nullptr) == BRIDGE32_STATUS_OK);
    CHECK(bridge32_pending_wait(pending, kAges, &ready, nullptr) == BRIDGE32_STATUS_OK);
    CHECK(ready == 1);
    bridge32_pending_free(pending);
    CHECK(bridge32_client_poll(client, -kAges, &count, nullptr) == BRIDGE32_STATUS_OK);
    CHECK(count == 0);
    CHECK(bridge32_client_shutdown(client, nullptr, nullptr) == BRIDGE32_STATUS_OK);
}

TEST_CASE("c interface: a pending call tells of a crash, and can be given up") {
    const Client client("crashes");
    bridge32_pending* pending = nullptr;
    REQUIRE(bridge32_client_start(client, "segv", nullptr, nullptr, nullptr, 0, kLimit, &pending,
                                  nullptr) == BRIDGE32_STATUS_OK);
    std::int32_t ready = 0;
    CHECK(bridge32_pending_wait(pending, BRIDGE32_NO_TIMEOUT, &ready, nullptr) ==
          BRIDGE32_STATUS_OK);
    CHECK(ready == 1);
    Error error;
    CHECK(bridge32_pending_get(pending, nullptr, error) == BRIDGE32_STATUS_HOST_CRASHED);
    CHECK(error.json()["report"]["call"]["method"] == "segv");
    bridge32_pending_free(pending);

    REQUIRE(bridge32_client_restart(client, nullptr) == BRIDGE32_STATUS_OK);
    REQUIRE(bridge32_client_start(client, "add", "[1,2]", nullptr, nullptr, 0, kLimit, &pending,
                                  nullptr) == BRIDGE32_STATUS_OK);
    bridge32_pending_cancel(pending);
    CHECK(bridge32_pending_get(pending, nullptr, nullptr) == BRIDGE32_STATUS_ERROR);
    bridge32_pending_free(pending);
}

TEST_CASE("c interface: a function answers with arrays, and a malformed answer is refused") {
    const Client client("calls_back");
    static std::string refused;
    const auto doubled = [](void*, const char* args, const bridge32_buffer* buffers,
                            std::uint32_t count, bridge32_answer* answer) {
        double y[2] = {0, 0};
        if (count == 1 && buffers->size == sizeof y) {
            const auto* const x = static_cast<const double*>(buffers->data);
            y[0] = 2 * x[0];
            y[1] = 2 * x[1];
        }
        const bridge32_buffer buffer{y, sizeof y};
        Error error;
        bridge32_answer_return(answer, "[1", nullptr, 0, error);
        refused = error.message();
        // The one argument of the function is of the same shape as its result.
        std::string value(args);
        value = value.substr(1, value.size() - 2);
        bridge32_answer_return(answer, value.c_str(), &buffer, 1, nullptr);
    };
    std::uint64_t id = 0;
    REQUIRE(bridge32_client_add_function(client, doubled, nullptr, &id, nullptr) ==
            BRIDGE32_STATUS_OK);
    const std::string args = R"([{"$callback":{"id":)" + std::to_string(id) +
                             R"(}},{"$array":{"dtype":"<f8","shape":[2],"at":0}}])";
    const double x[2] = {0.5, 4};
    const bridge32_buffer buffer{x, sizeof x};
    bridge32_reply* reply = nullptr;
    Error error;
    bridge32_client_call(client, "apply_array", args.c_str(), nullptr, &buffer, 1, kLimit, &reply,
                         error);
    INFO(error.message());
    REQUIRE(reply != nullptr);

    const auto* const y = static_cast<const double*>(bridge32_reply_buffer(reply, 0, nullptr));
    CHECK(y[0] == 1);
    CHECK(y[1] == 8);
    CHECK(!refused.empty());
    bridge32_reply_free(reply);
}

TEST_CASE("c interface: close waits for a function that runs, and none runs after it") {
    struct State {
        std::atomic<int> running{0};
        std::atomic<int> calls{0};
    } state;
    {
        const Client client("instrument");
        const auto reading = [](void* context, const char*, const bridge32_buffer*, std::uint32_t,
                                bridge32_answer*) {
            auto& its = *static_cast<State*>(context);
            ++its.running;
            ++its.calls;
            std::this_thread::yield();
            --its.running;
        };
        std::uint64_t id = 0;
        REQUIRE(bridge32_client_add_function(client, reading, &state, &id, nullptr) ==
                BRIDGE32_STATUS_OK);
        const std::string args =
            R"([{"$callback":{"id":)" + std::to_string(id) + R"(,"long_lived":true}},200])";
        REQUIRE(client.call("on_reading", args.c_str()) == BRIDGE32_STATUS_OK);
        CHECK(test::eventually([&] { return state.calls > 0; }));
    }
    CHECK(state.running == 0);
}

TEST_CASE(
    "c interface: a client that is closed while threads call fails their calls and later ones") {
    bridge32_client* client = nullptr;
    REQUIRE(bridge32_client_open("echo", options().c_str(), nullptr, nullptr, &client, nullptr) ==
            BRIDGE32_STATUS_OK);
    std::atomic<int> calls{0};
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int number = 0; number < 4; ++number) {
        threads.emplace_back([&] {
            // Goes on for a while after the end.
            for (int refused = 0; refused < 100;) {
                Error error;
                const auto status = bridge32_client_call(client, "add", "[1,2]", nullptr, nullptr,
                                                         0, kLimit, nullptr, error);
                ++calls;
                if (status == BRIDGE32_STATUS_CONNECTION_CLOSED) {
                    ++refused;
                } else if (status != BRIDGE32_STATUS_OK || refused != 0) {
                    ++wrong;
                    ++refused;
                    MESSAGE(error.message());
                }
            }
        });
    }
    CHECK(test::eventually([&] { return calls > 100; }));

    std::thread other([&] { bridge32_client_close(client); });
    bridge32_client_close(client);
    other.join();
    // A client that is opened now is not taken for the old one.
    const Client next("echo");
    for (auto& thread : threads)
        thread.join();

    CHECK(wrong == 0);
    Error error;
    CHECK(bridge32_client_describe(client, kLimit, nullptr, error) ==
          BRIDGE32_STATUS_CONNECTION_CLOSED);
    CHECK(error.message() == "the client was closed: it cannot be used any more");
    CHECK(next.call("add", "[1,2]") == BRIDGE32_STATUS_OK);
    bridge32_client_close(client);
    bridge32_client_remove_function(client, 1);
}

TEST_CASE("c interface: a client may be closed in a function that is called for it") {
    struct State {
        std::atomic<bridge32_client*> client{nullptr};
        std::atomic<int> closed{0};
        std::int32_t later = 0;

        void close() {
            bridge32_client_close(client);
            later = bridge32_client_call(client, "add", "[1,2]", nullptr, nullptr, 0, kLimit,
                                         nullptr, nullptr);
            ++closed;
        }
    } state;
    const auto function = [](void* context, const char*, const bridge32_buffer*, std::uint32_t,
                             bridge32_answer*) { static_cast<State*>(context)->close(); };
    const auto open = [&](const char* plugin, bridge32_output_function on_output = nullptr) {
        bridge32_client* opened = nullptr;
        REQUIRE(bridge32_client_open(plugin, options({{"shutdown_timeout", 500}}).c_str(),
                                     on_output, &state, &opened, nullptr) == BRIDGE32_STATUS_OK);
        state.client = opened;
    };
    const auto call = [&](const char* method, const std::string& args) {
        return bridge32_client_call(state.client, method, args.c_str(), nullptr, nullptr, 0, kLimit,
                                    nullptr, nullptr);
    };
    const auto add = [&](const char* more) {
        std::uint64_t id = 0;
        bridge32_client_add_function(state.client, function, &state, &id, nullptr);
        return R"({"$callback":{"id":)" + std::to_string(id) + more + "}}";
    };
    SUBCASE("a function of a call") {
        open("calls_back");
        CHECK(call("scan", "[2," + add("") + "]") == BRIDGE32_STATUS_CONNECTION_CLOSED);
    }
    SUBCASE("a long-lived function") {
        open("calls_back");
        const auto status = call("subscribe", "[" + add(R"(,"long_lived":true)") + ",1]");
        CHECK((status == BRIDGE32_STATUS_OK ||  // or it ran before that call returned
               status == BRIDGE32_STATUS_CONNECTION_CLOSED));
    }
    SUBCASE("a handler of events") {
        open("calls_back");
        bridge32_client_on_event(
            state.client, nullptr,
            [](void* context, const char*, const char*, const bridge32_buffer*, std::uint32_t) {
                static_cast<State*>(context)->close();
            },
            &state, nullptr);
        const auto status = call("progress", "[1]");  // may have replied before
        CHECK((status == BRIDGE32_STATUS_OK || status == BRIDGE32_STATUS_CONNECTION_CLOSED));
    }
    SUBCASE("what receives the host's output") {
        open("echo", [](void* context, std::int32_t, const char*, std::uint64_t) {
            static_cast<State*>(context)->close();
        });
        const auto status = call("print", R"(["hi"])");
        CHECK((status == BRIDGE32_STATUS_OK || status == BRIDGE32_STATUS_CONNECTION_CLOSED));
    }

    CHECK(test::eventually([&] { return state.closed == 1; }));
    CHECK(state.later == BRIDGE32_STATUS_CONNECTION_CLOSED);
    CHECK(call("add", "[1,2]") == BRIDGE32_STATUS_CONNECTION_CLOSED);
}

}  // namespace c_interface_test
