// A plugin crashes in a shared host: every client is told, whose call it was and the others.
#include <doctest/doctest.h>

#include "integration/faults.hpp"
#include "integration/server.hpp"

namespace linux_faults_shared_test {

using bridge32::CrashOwner;
using test::contains;

namespace {

/// Who looks for a host that died removes its last segment.
void look_for(const std::string& host) {
    CHECK_THROWS_AS(bridge32::Client::connect(host, "echo"), bridge32::ConnectionClosed);
}

}  // namespace

TEST_CASE("faults: of a shared host every client learns of what it died, and in whose call") {
    const test::NothingLeft nothing_left;
    {
        test::Server server(test::name("crashed"));
        const auto guilty = server.connect("crashes");
        const auto innocent = server.connect("crashes_concurrent");
        const auto idle = server.connect("echo");
        auto waiting = innocent.async("hang");

        const auto own = test::crash_of([&] { guilty.call("segv"); });
        const auto others = test::crash_of([&] { waiting.get(); });
        const auto later = test::crash_of([&] { idle.call("add", 1, 2); });

        CHECK(own.cause() == "SIGSEGV");
        CHECK(own.facts().owner == CrashOwner::this_call);
        CHECK(contains(own.symbol(), "faults::segv"));
        CHECK(contains(own.what(), "the shared host \"" + test::name("crashed") + "\" (process "));
        CHECK(others.cause() == "SIGSEGV");
        CHECK(others.facts().owner == CrashOwner::other_client);
        CHECK(others.plugin() == "crashes_concurrent");
        CHECK(contains(others.what(),
                       " while running crashes.segv for another client; "
                       "crashes_concurrent.hang did not return"));
        CHECK(later.facts().owner == CrashOwner::other_client);
        CHECK(contains(later.what(), "echo.add was not called"));
        CHECK_THROWS_AS(idle.call("add", 1, 2), bridge32::ConnectionClosed);
    }
    look_for(test::name("crashed"));
}

TEST_CASE("faults: of a shared host that was killed only that is known") {
    const test::NothingLeft nothing_left;
    test::Server server(test::name("killed-cause"));
    const auto c = server.connect("echo");
    server.kill();

    const auto crash = test::crash_of([&] { c.call("add", 1, 2); });

    CHECK(crash.cause() == "unknown");
    CHECK(contains(crash.what(), "it left no crash report"));
    look_for(test::name("killed-cause"));
}

TEST_CASE("faults: a library that crashes while another client leaves is not blamed on the rest") {
    const test::NothingLeft nothing_left;
    test::Server server(test::name("left"));
    auto waiting = server.connect("crashes_concurrent");
    auto hung = waiting.async("hang");
    bridge32::ClientOptions options;
    options.kwargs = {
        {"library", (test::kLibraries / "32" / "libcrashes_when_unloaded.so").string()}};
    auto leaving = bridge32::Client::connect(test::name("left"), "loads", options);

    leaving.shutdown();

    const auto crash = test::crash_of([&] { hung.get(); });
    CHECK(crash.facts().owner == CrashOwner::other_client);
    CHECK(contains(crash.module(), "libcrashes_when_unloaded.so"));
    CHECK(contains(crash.what(), " while running loads.(shutdown) for another client"));
    look_for(test::name("left"));
}

}  // namespace linux_faults_shared_test
