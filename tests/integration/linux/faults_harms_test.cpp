// A library does to its host what no library should, and the host lives, or ends in a way that the
// caller is told: the next call works, and nothing is left.
#include <doctest/doctest.h>
#include <signal.h>

#include <cstdlib>
#include <vector>

#include "integration/faults.hpp"

namespace linux_faults_harms_test {

using bridge32::Client;
using bridge32::CrashOwner;
using bridge32::TimeoutError;
using test::contains;
using namespace std::chrono_literals;

namespace {

/// A call that never ends: the caller's timeout ends the waiting, restart() the host.
void check_endless(const std::string& plugin, const std::string& method) {
    CAPTURE(method);
    const test::NothingLeft nothing_left;
    auto options = test::options();
    options.shutdown_timeout = 300ms;
    Client c(plugin, options);
    const auto pid = c.host_info().pid;
    const auto start = std::chrono::steady_clock::now();

    CHECK_THROWS_AS(c.with_timeout(200ms).call(method), TimeoutError);
    CHECK(std::chrono::steady_clock::now() - start < 200ms + test::kSoon);
    c.restart();

    CHECK(c.host_info().pid != pid);
    test::check_restarted(c);
}

/// A German locale of the 32-bit C library's making, in a folder; empty where there is none.
std::string make_german_locale(const std::filesystem::path& folder) {
    const std::string command =
        "localedef -i de_DE -f UTF-8 " + (folder / "de_DE.UTF-8").string() + " >/dev/null 2>&1";
    return std::system(command.c_str()) == 0 ? "de_DE.UTF-8" : "";
}

}  // namespace

TEST_CASE("faults: an endless loop is a TimeoutError, and restart gets rid of it") {
    check_endless("crashes", "loop");
    check_endless("crashes_concurrent", "loop");
}

TEST_CASE("faults: a deadlock is a TimeoutError, and restart gets rid of it") {
    check_endless("harms", "deadlock");
}

TEST_CASE("faults: a hung call that is terminated from another thread is a HostCrashed") {
    const test::NothingLeft nothing_left;
    Client c("crashes", test::restarting());
    auto hung = c.async("hang");

    c.terminate();

    const auto crash = test::crash_of([&] { hung.get(); });
    CHECK(crash.cause() == "SIGKILL");
    CHECK(contains(crash.what(), "terminated by this client"));
}

TEST_CASE("faults: a library that closes all descriptors loses its host, and no other") {
    const test::NothingLeft nothing_left;
    const Client c("harms_linux", test::restarting());
    const Client other("harms_linux", test::options());

    try {
        c.call("close_descriptors");
        c.call("add", 1, 2);
    } catch (const bridge32::Error&) {
        // The host may take its client for dead, whose handle was closed too.
    }

    CHECK(test::eventually([&] {
        try {
            return c.call<int>("add", 1, 2) == 3;
        } catch (const bridge32::Error&) {
            return false;
        }
    }));
    test::check_restarted(other);
}

TEST_CASE("faults: a library that changes the directory harms nothing") {
    const test::NothingLeft nothing_left;
    const test::TemporaryFolder folder;
    const Client c("harms_linux", test::restarting());

    c.call("change_directory", folder.path().string());

    CHECK(c.call<int>("add", 1, 2) == 3);
    CHECK(test::crash_of([&] { c.call("sigbus"); }).cause() == "SIGBUS");
    test::check_restarted(c);
}

TEST_CASE("faults: signals that a library takes in a call are the host's again in a moment") {
    for (const char* with : {"default", "its own"}) {
        CAPTURE(with);
        const test::NothingLeft nothing_left;
        const Client c("harms_linux", test::restarting());
        c.call("replace_signal_handlers", with);
        CHECK(test::eventually([&] { return !c.call<bool>("has_replaced_handler"); }));

        const auto crash = test::crash_of([&] { c.call("segv"); });

        CHECK(crash.cause() == "SIGSEGV");
        CHECK(crash.facts().owner == CrashOwner::this_call);
        CHECK_FALSE(crash.facts().backtrace.empty());
        CHECK(contains(crash.what(), " while running harms_linux.segv"));
        test::check_restarted(c);
    }
}

TEST_CASE("faults: a library that takes signals when it is loaded costs no report, and is named") {
    const test::NothingLeft nothing_left;
    auto options = test::options();
    options.kwargs = {{"library", (test::kLibraries / "32" / "libtakes_signals.so").string()},
                      {"symbol", "crash"}};
    const Client c("loads", options);

    const auto crash = test::crash_of([&] { c.call("call"); });

    CHECK(crash.cause() == "SIGSEGV");
    CHECK(crash.facts().owner == CrashOwner::this_call);
    CHECK(contains(crash.what(), "libtakes_signals.so has a handler of its own for SIGSEGV"));
    CHECK(contains(crash.what(), "the library's handler ran"));
}

TEST_CASE("faults: a library whose handler mends its faults goes on, and later crashes are told") {
    for (const char* how : {"mprotect", "siglongjmp"}) {
        CAPTURE(how);
        const test::NothingLeft nothing_left;
        const Client c("harms_linux", test::restarting());
        c.call("mend_faults", how);
        CHECK(test::eventually([&] { return !c.call<bool>("has_replaced_handler"); }));

        CHECK(c.call<int>("fault_and_live", 20) == 20);
        CHECK(c.call<int>("add", 1, 2) == 3);

        const auto crash = test::crash_of([&] { c.call("sigbus"); });
        CHECK(crash.cause() == "SIGBUS");
        test::check_restarted(c);
    }
}

TEST_CASE("faults: a decimal comma in the library's locale breaks no number") {
    const test::NothingLeft nothing_left;
    const test::TemporaryFolder folder;
    const std::string german = make_german_locale(folder.path());
    auto options = test::restarting();
    options.environment["LOCPATH"] = folder.path().string();
    const Client c("harms", options);

    const auto half = c.call<std::string>("set_locale", german.empty() ? "C" : german);

    if (!german.empty()) CHECK(half == "0,5");
    CHECK(c.call<double>("halve", 2.5) == 1.25);
    CHECK(c.call<double>("halve", 1234567.5) == 617283.75);
    const bridge32::Json value{{"a", 1234567.25}, {"b", 1'000'000}};
    CHECK(c.call("same", value) == value);
    CHECK(c.call("halve", 0.5).dump() == "0.25");
}

TEST_CASE("faults: 3 GB in pieces are had or refused, and the host serves on") {
    const test::NothingLeft nothing_left;
    const Client c("harms", test::restarting());
    constexpr std::uint64_t kBlock = 64U << 20;

    const int blocks = c.call<int>("allocate", 3ULL << 30, kBlock);

    if (!test::kSanitized) CHECK(blocks > 40);  // of 48: host and libraries take some room
    CHECK(c.call<int>("add", 1, 2) == 3);
    c.call("free");
    CHECK(c.call<std::vector<double>>("same", std::vector<double>(100'000, 1.5)).size() == 100'000);
    test::check_restarted(c);
}

TEST_CASE("faults: 3 GB at once are a RemoteError, and the host serves on") {
    if (test::kSanitized) return;  // whose operator new ends the process instead of throwing
    const test::NothingLeft nothing_left;
    const Client c("harms", test::restarting());

    CHECK_THROWS_AS(c.call("allocate_at_once", 3ULL << 30), bridge32::RemoteError);

    CHECK(c.call<int>("add", 1, 2) == 3);
}

TEST_CASE("faults: 100 MB of output hold up nothing, and only its beginning and end are kept") {
    const test::NothingLeft nothing_left;
    auto options = test::restarting();
    std::size_t seen = 0;
    options.on_output = [&](bridge32::Stream, std::string_view text) { seen += text.size(); };
    Client c("harms", options);
    c.call("print", 1'000'000);
    CHECK(c.call<int>("add", 1, 2) == 3);

    const auto streams = c.shutdown();

    CHECK(seen == 100'000'000);
    CHECK(streams.out.size() < 1'100'000);
    CHECK(contains(streams.out, "\n[bridge32: 98951424 bytes are left out here]\n"));
}

TEST_CASE("faults: children that outlive the call, crash or exit are not taken for the host") {
    for (const std::string how : {"crashes", "exits", "lives on"}) {
        CAPTURE(how);
        const test::NothingLeft nothing_left;
        Client c("harms_linux", test::restarting());
        const auto host = c.host_info().pid;

        const auto child = c.call<int>("fork_child", how);

        CHECK(c.call<int>("add", 1, 2) == 3);
        CHECK(c.host_info().pid == host);
        if (how == "lives on") {
            // It has the host's output open, and its memory mapped.
            const auto start = std::chrono::steady_clock::now();
            c.shutdown();
            CHECK(std::chrono::steady_clock::now() - start < test::kSoon);
            CHECK(::kill(child, SIGKILL) == 0);
        } else {
            CHECK(test::eventually([&] { return c.call<bool>("has_ended", child); }));
            CHECK(c.call<int>("add", 1, 2) == 3);
            CHECK(c.host_info().pid == host);
        }
    }
}

}  // namespace linux_faults_harms_test
