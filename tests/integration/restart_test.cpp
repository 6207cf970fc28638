// What happens to calls when the host dies and another takes its place.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "integration/support.hpp"
#include "os/process.hpp"
#include "support/belongings.hpp"

namespace restart_test {

namespace {

using bridge32::Client;
using namespace std::chrono_literals;

/// A client of the plugin `restarts`, whose record it reads.
class Restarting {
public:
    explicit Restarting(bool repeat_idempotent = true) {
        bridge32::ClientOptions& options = options_;
        // [restart]
        options.restart = bridge32::Restart::on_crash;
        options.repeat_idempotent = true;
        // [restart end]
        options_.repeat_idempotent = repeat_idempotent;
        options_.kwargs = {{"folder", folder_.path().string()}};
    }

    bridge32::ClientOptions& options() { return options_; }
    Client client() const { return Client("restarts", options_); }
    std::filesystem::path file(const char* name) const { return folder_.path() / name; }
    /// How often the record says `what`.
    long count(const std::string& what) const {
        std::ifstream log(file("log"));
        long found = 0;
        for (std::string line; std::getline(log, line);)
            found += line == what ? 1 : 0;
        return found;
    }

private:
    test::TemporaryFolder folder_;
    bridge32::ClientOptions options_ = test::options();
};

void kill_host(const Client& c) {
    const auto host = bridge32::os::ProcessHandle::of(c.host_info().pid);
    host.kill();
    REQUIRE(host.wait(10s));
}

}  // namespace

TEST_CASE("restart: a call that died with its host fails, and is not repeated") {
    const Restarting test;
    const auto c = test.client();

    CHECK_THROWS_AS(c.call<int>("dies_once", 1), bridge32::HostCrashed);
    CHECK(test.count("call") == 1);

    CHECK(c.call<int>("dies_once", 2) == 2);
    CHECK(test.count("call") == 2);
    CHECK(test.count("constructor") == 2);
    CHECK(c.get("kwargs").at("folder") == test.file("").parent_path().string());
}

TEST_CASE("restart: what the constructor emits reaches the handlers before restart returns") {
    const Restarting test;
    auto c = test.client();
    int seen = 0;
    c.on_event("constructing", [&](int value) { seen += value; });

    c.restart();

    CHECK(seen == 7);
}

TEST_CASE("restart: whose place another takes leaves nothing behind, once its calls are over") {
    const Restarting test;
    auto c = test.client();
    const auto before = bridge32::test::belongings();

    SUBCASE("at once, when no call runs") { c.restart(); }
    SUBCASE("after the call that has started another") {
        CHECK_THROWS_AS(c.call<int>("dies_once", 1), bridge32::HostCrashed);
        CHECK(c.call<int>("dies_once", 2) == 2);
    }

    CHECK(bridge32::test::belongings() == before);
}

TEST_CASE("restart: an idempotent call is repeated when the client allows it") {
    const Restarting test;
    const auto c = test.client();

    SUBCASE("call") { CHECK(c.call<int>("dies_once_idempotent", 3) == 3); }
    SUBCASE("get") { CHECK(c.get<int>("dies_once_property") == 5); }
    SUBCASE("future") { CHECK(c.async<int>("dies_once_idempotent", 3).get() == 3); }
    SUBCASE("continuation") {
        CHECK(c.async<int>("dies_once_idempotent", 3).then([](int i) { return i + 1; }).get() == 4);
    }
    SUBCASE("batch") {
        const auto results = c.batch().call("dies_once_idempotent", 3).send();
        CHECK(results[0].get<int>() == 3);
    }
    CHECK(test.count("call") == 2);
    CHECK(test.count("constructor") == 2);
}

TEST_CASE("restart: an idempotent call is not repeated unless the client allows it") {
    const Restarting test(/*repeat_idempotent=*/false);
    const auto c = test.client();

    CHECK_THROWS_AS(c.call<int>("dies_once_idempotent", 3), bridge32::HostCrashed);

    CHECK(test.count("call") == 1);
}

TEST_CASE("restart: what is not idempotent throughout is not repeated") {
    const Restarting test;
    const auto c = test.client();

    SUBCASE("a batch with another call in it") {
        CHECK_THROWS_AS(c.batch().call("dies_once", 1).call("dies_once_idempotent", 3).send(),
                        bridge32::HostCrashed);
    }
    SUBCASE("a call with a function, which has run already") {
        int ran = 0;
        CHECK_THROWS_AS(c.call<int>(
                            "dies_once_with", [&](int i) { return i + ran++; }, 3),
                        bridge32::HostCrashed);
        CHECK(ran == 1);
    }
    CHECK(test.count("call") == 1);
}

TEST_CASE("restart: a repeated call that ends the next host too fails") {
    const Restarting test;
    const auto c = test.client();

    CHECK_THROWS_AS(c.call<void>("dies_idempotent"), bridge32::HostCrashed);

    CHECK(test.count("dies") == 2);
}

TEST_CASE("restart: a call that the client itself ended is not repeated") {
    const Restarting test;
    auto c = test.client();
    auto hangs = c.async<void>("hangs_idempotent");
    REQUIRE(test::eventually([&] { return test.count("hangs") == 1; }));

    c.terminate();

    CHECK_THROWS_AS(hangs.get(), bridge32::HostCrashed);
    CHECK(test.count("hangs") == 1);
    CHECK(test.count("constructor") == 1);
}

TEST_CASE("restart: a host that dies in the constructor is tried a few times, later and later") {
    Restarting test;
    test.options().restart_limit = 3;
    test.options().restart_delay = 40ms;
    auto c = test.client();
    std::ofstream(test.file("constructor_dies")) << "yes\n";
    kill_host(c);
    const auto start = std::chrono::steady_clock::now();
    // The kill may be noticed only when the call is in the ring already.
    const bool in_flight = [&] {
        try {
            c.call<int>("dies_once", 1);
        } catch (const bridge32::HostCrashed& e) {
            return e.method() != "(constructor)";
        }
        return false;
    }();

    for (int failures = in_flight ? 0 : 1; failures < 3; ++failures) {
        try {
            c.call<int>("dies_once", 1);
            FAIL("did not throw");
        } catch (const bridge32::HostCrashed& e) {
            CHECK(e.method() == "(constructor)");
        }
    }
    CHECK(std::chrono::steady_clock::now() - start >= 40ms + 80ms);
    CHECK(test.count("constructor") == 1 + 3);

    for (int again = 0; again < 3; ++again) {
        try {
            c.call<int>("dies_once", 1);
            FAIL("did not throw");
        } catch (const bridge32::StartupError& e) {
            const std::string what = e.what();
            CHECK(what.find("failed to start 3 times in a row") != std::string::npos);
            CHECK(what.find("Client::restart") != std::string::npos);
            CHECK(what.find("exit code 7") != std::string::npos);
        }
    }
    CHECK(test.count("constructor") == 1 + 3);

    std::filesystem::remove(test.file("constructor_dies"));
    c.restart();
    CHECK(c.get("kwargs").is_object());
    CHECK(test.count("constructor") == 1 + 3 + 1);
}

TEST_CASE("restart: a call does not wait for the next try longer than its time limit") {
    Restarting test;
    test.options().restart_delay = std::chrono::hours(1);
    const auto c = test.client();
    std::ofstream(test.file("constructor_dies")) << "yes\n";
    kill_host(c);
    while (test.count("constructor") < 2)
        CHECK_THROWS_AS(c.call<int>("dies_once", 1), bridge32::HostCrashed);

    const auto start = std::chrono::steady_clock::now();
    CHECK_THROWS_AS(c.with_timeout(50ms).call<int>("dies_once", 1), bridge32::TimeoutError);
    CHECK(std::chrono::steady_clock::now() - start < 5s);
}

}  // namespace restart_test
