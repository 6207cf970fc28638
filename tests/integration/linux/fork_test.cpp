// A client in a child made by fork: refused there, untouched in the parent.
#include <bridge32/bridge32.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "integration/run_program.hpp"
#include "integration/server.hpp"
#include "integration/support.hpp"
#include "support/linux/in_child.hpp"

namespace linux_fork_test {

using bridge32::Client;
using bridge32::test::in_child;
using namespace std::chrono_literals;

namespace {

/// Is it refused, and is it said why?
bool refused(const std::function<void()>& use) {
    try {
        use();
    } catch (const bridge32::ConnectionClosed& e) {
        return std::string(e.what()).find("before a fork") != std::string::npos;
    }
    return false;
}

/// 0, or the number of what was not refused.
int uses_refused(Client& c) {
    const std::vector<std::function<void()>> uses{
        [&] { c.call("add", 1, 2); },
        [&] { c.with_timeout(1s).call("add", 1, 2); },
        [&] { c.get("count"); },
        [&] { c.describe(); },
        [&] { c.async("add", 1, 2); },
        [&] { c.notify("add", 1, 2); },
        [&] { c.batch().call("add", 1, 2).send(); },
        [&] { c.call("echo", [] { return 1; }); },
        [&] { c.make_array<double>({3}); },
        [&] { c.make_bytes(3); },
        [&] { c.on_event("any", [] {}); },
        [&] { c.long_lived([] {}); },
        [&] { c.poll(); },
        [&] { c.terminate(); },
        [&] { c.restart(); },
        [&] { c.shutdown(); },
        [&] { c.host_info(); },
    };
    for (std::size_t i = 0; i < uses.size(); ++i) {
        if (!refused(uses[i])) return static_cast<int>(i) + 1;
    }
    return 0;
}

bridge32::ClientOptions restarting(bridge32::Mode mode) {
    auto options = test::options();
    options.restart = bridge32::Restart::on_crash;
    options.mode = mode;
    return options;
}

/// Ends with the other end, which only the process that made it has. For a child that lives on.
class Lifeline {
public:
    Lifeline() { REQUIRE(::pipe2(ends_, O_CLOEXEC) == 0); }
    Lifeline(const Lifeline&) = delete;
    Lifeline& operator=(const Lifeline&) = delete;
    ~Lifeline() {
        for (const int end : ends_)
            ::close(end);
    }
    void wait() const {
        ::close(ends_[1]);
        pollfd entry{ends_[0], POLLIN, 0};
        ::poll(&entry, 1, 30'000);
    }

private:
    int ends_[2];
};

}  // namespace

TEST_CASE("fork: the child's calls are refused, and the parent's go on") {
    std::optional<test::Server> server;
    std::optional<Client> c;
    SUBCASE("a private host") { c.emplace("echo", restarting(bridge32::Mode::process)); }
    SUBCASE("in this process") { c.emplace("echo", restarting(bridge32::Mode::in_process)); }
    SUBCASE("a shared host") {
        server.emplace(test::name("fork"));
        c.emplace(server->connect("echo"));
    }
    REQUIRE(c->call<int>("add", 1, 2) == 3);

    CHECK(in_child([&] { return uses_refused(*c); }) == 0);
    CHECK(in_child([&] { return uses_refused(*c); }, bridge32::test::fork_unnoticed) == 0);

    CHECK(c->call<int>("add", 1, 2) == 3);
}

TEST_CASE("fork: what the child destroys stays as it is in the parent") {
    std::optional<test::Server> server;
    std::optional<Client> c;
    SUBCASE("a private host") { c.emplace("calls_back", test::options()); }
    SUBCASE("in this process") { c.emplace("calls_back", restarting(bridge32::Mode::in_process)); }
    SUBCASE("a shared host") {
        server.emplace(test::name("fork-destroys"));
        c.emplace(server->connect("calls_back"));
    }
    using Numbers = bridge32::NdArray<double>;
    const std::vector<double> large(100'000, 0.5);
    const auto f = [](const std::vector<double>& x) { return x; };
    auto started = std::make_unique<bridge32::Future<std::vector<double>>>(
        c->async<std::vector<double>>("apply_array", f, std::vector<double>{1, 2}));
    auto batch = std::make_unique<bridge32::Batch>(c->batch());
    batch->call("scan", 1, [](int, double) { return true; });
    auto kept = std::make_unique<bridge32::LongLivedFunction>(c->long_lived([] {}));
    auto result = std::make_unique<Numbers>(c->call<Numbers>("apply_array", f, large));
    auto made = std::make_unique<Numbers>(c->make_array<double>({100'000}));
    auto continued = std::make_unique<bridge32::Future<int>>(
        c->async<int>("scan", 0, [](int, double) { return true; }).then([](int n) { return n; }));

    const int child = in_child([&] {
        if (!refused([&] { started->get(); })) return 1;
        if (!refused([&] { batch->send(); })) return 2;
        if (!refused([&] { continued->get(); })) return 3;
        kept.reset();
        result.reset();
        made.reset();
        started.reset();
        continued.reset();
        batch.reset();
        c.reset();
        Client own("echo", test::options());
        for (int i = 0; i < 300; ++i) {
            if (own.call<int>("add", i, 1) != i + 1) return 4;
        }
        return own.async<int>("add", 1, 2).then([](int n) { return n; }).get() == 3 ? 0 : 5;
    });

    CHECK(child == 0);
    // The host may not have the memory of the result again.
    for (int i = 0; i < 5; ++i)
        c->call<Numbers>("apply_array", f, std::vector<double>(100'000, 1.0 + i));
    CHECK(result->data()[0] == 0.5);
    CHECK(made->data()[99'999] == 0);
    CHECK(started->get() == std::vector<double>{1, 2});
    CHECK(batch->send()[0].get<int>() == 1);
    CHECK(continued->get() == 0);
}

TEST_CASE("fork: the child sees the parent's arrays, and may pass copies of them on") {
    auto c = test::client("echo");
    auto shared = c.make_array<double>({1000});
    const auto result =
        c.call<bridge32::NdArray<double>>("echo_f64s", std::vector<double>(100'000, 0.5));

    const int child = in_child([&] {
        if (result.data()[99'999] != 0.5) return 1;
        shared.data()[1] = 2.5;
        Client own("echo", test::options());
        return own.call<std::vector<double>>("echo_f64s", shared)[1] == 2.5 ? 0 : 2;
    });

    CHECK(child == 0);
    CHECK(shared.data()[1] == 2.5);
    CHECK(c.call<std::vector<double>>("echo_f64s", shared)[1] == 2.5);
}

TEST_CASE("fork: threads of the parent's call all the while") {
    auto c = test::client("echo");
    std::atomic<bool> over{false};
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int number = 0; number < 3; ++number) {
        threads.emplace_back([&, number] {
            for (int i = 0; !over; ++i) {
                if (c.call<int>("add", i, number) != i + number) ++wrong;
            }
        });
    }
    int failed = 0;
    for (int i = 0; i < 20; ++i) {
        const int child = in_child([&] {
            if (!refused([&] { c.call("add", 1, 2); })) return 1;
            if (i % 5 != 0) return 0;
            return test::client("echo").call<int>("add", 1, 2) == 3 ? 0 : 2;
        });
        failed += child == 0 ? 0 : 1;
    }
    over = true;
    for (auto& thread : threads)
        thread.join();

    CHECK(failed == 0);
    CHECK(wrong == 0);
}

TEST_CASE("fork: a child made in a function that the plugin calls leaves the call to the parent") {
    std::optional<test::Server> server;
    std::optional<Client> c;
    SUBCASE("a private host") { c.emplace("calls_back", test::options()); }
    SUBCASE("a shared host") {
        server.emplace(test::name("fork-callback"));
        c.emplace(server->connect("calls_back"));
    }
    const pid_t parent = ::getpid();
    pid_t child = -1;
    int done = 0;
    bool refused_in_child = false;
    try {
        done = c->call<int>("scan", 3, [&](int i, double) {
            if (i == 1) child = ::fork();
            return true;
        });
    } catch (const bridge32::ConnectionClosed&) {
        refused_in_child = true;
    }
    if (::getpid() != parent) ::_exit(refused_in_child ? 0 : 1);

    CHECK(bridge32::test::end_of(child) == 0);
    CHECK(done == 3);
    CHECK(c->call<int>("scan", 2, [](int, double) { return true; }) == 2);
}

TEST_CASE("fork: a child made while the host's output is read, or in a continuation") {
    std::atomic<pid_t> child{-1};
    SUBCASE("on_output") {
        auto options = test::options();
        options.on_output = [&](bridge32::Stream, std::string_view) { child = ::fork(); };
        Client c("echo", options);
        c.call("print", "hi");
        CHECK(test::eventually([&] { return child > 0; }));
        CHECK(c.call<int>("add", 1, 2) == 3);
    }
    SUBCASE("a continuation") {
        auto c = test::client("echo");
        auto forked = c.async<int>("add", 1, 2).then([&](int) { child = ::fork(); });
        forked.get();
        CHECK(c.async<int>("add", 1, 2).then([](int n) { return n; }).get() == 3);
    }
    // Its only thread comes to its end.
    CHECK(bridge32::test::end_of(child) == 0);
}

TEST_CASE("fork: a child that lives on does not keep the host of a parent that died") {
    const Lifeline lifeline;
    int pipe[2];
    REQUIRE(::pipe(pipe) == 0);
    const pid_t parent = ::fork();
    if (parent == 0) {
        const auto c = test::client("echo");
        if (::fork() == 0) {
            lifeline.wait();
            ::_exit(0);
        }
        const auto host = c.host_info().pid;
        if (::write(pipe[1], &host, sizeof host) != sizeof host) ::_exit(1);
        ::pause();
    }
    std::uint32_t host = 0;
    REQUIRE(::read(pipe[0], &host, sizeof host) == sizeof host);
    CHECK(bridge32::test::is_running(host));

    ::kill(parent, SIGKILL);

    CHECK(bridge32::test::end_of(parent) == 1000 + SIGKILL);
    CHECK(test::eventually([&] { return !bridge32::test::is_running(host); }, 4s));
    ::close(pipe[0]);
    ::close(pipe[1]);
}

TEST_CASE("fork: a child that ends as a program ends takes nothing with it") {
    for (const char* way : {"exit", "return", "async", "own"}) {
        CAPTURE(way);
        bridge32::os::ProcessOptions options;
        options.arguments = {way};
        const auto ran = test::run_program("forks_linux", options);
        CHECK(ran.code == 0);
        CHECK(ran.out == "child 0, parent 3 3\n");
        CHECK(ran.err == "");
    }
}

TEST_CASE("fork: what a C program has of its parent's is refused, and its end harms nobody") {
    bridge32_client* client = nullptr;
    bridge32_pending* pending = nullptr;
    std::uint64_t function = 0;
    void* buffer = nullptr;
    const std::string options = bridge32::Json{{"plugin_path", test::kPlugins.string()}}.dump();
    REQUIRE(bridge32_client_open("echo", options.c_str(), nullptr, nullptr, &client, nullptr) == 0);
    const auto noop = [](void*, const char*, const bridge32_buffer*, std::uint32_t,
                         bridge32_answer*) {};
    REQUIRE(bridge32_client_add_function(client, noop, nullptr, &function, nullptr) == 0);
    REQUIRE(bridge32_client_make_buffer(client, 100, &buffer, nullptr) == 0);
    REQUIRE(bridge32_client_start(client, "add", "[1,2]", nullptr, nullptr, 0, -1, &pending,
                                  nullptr) == 0);
    const auto call = [&] {
        return bridge32_client_call(client, "add", "[1,2]", nullptr, nullptr, 0, 20'000, nullptr,
                                    nullptr);
    };

    const int child = in_child([&] {
        if (call() != BRIDGE32_STATUS_CONNECTION_CLOSED) return 1;
        if (bridge32_client_shutdown(client, nullptr, nullptr) !=
            BRIDGE32_STATUS_CONNECTION_CLOSED) {
            return 2;
        }
        if (bridge32_pending_get(pending, nullptr, nullptr) != BRIDGE32_STATUS_CONNECTION_CLOSED)
            return 3;
        bridge32_pending_free(pending);
        bridge32_client_remove_function(client, function);
        bridge32_free_buffer(buffer);
        bridge32_client_close(client);
        if (call() != BRIDGE32_STATUS_CONNECTION_CLOSED) return 4;
        bridge32_client* own = nullptr;
        if (bridge32_client_open("echo", options.c_str(), nullptr, nullptr, &own, nullptr) != 0)
            return 5;
        bridge32_client_close(own);
        return 0;
    });

    CHECK(child == 0);
    CHECK(call() == BRIDGE32_STATUS_OK);
    CHECK(bridge32_pending_get(pending, nullptr, nullptr) == BRIDGE32_STATUS_OK);
    bridge32_pending_free(pending);
    bridge32_free_buffer(buffer);
    bridge32_client_close(client);
}

}  // namespace linux_fork_test
