// A library ends its host: the caller gets a HostCrashed that says how and where, soon; the next
// call works; and nothing is left.
#include <doctest/doctest.h>

#include "integration/faults.hpp"

namespace linux_faults_crashes_test {

using bridge32::Client;
using bridge32::CrashOwner;
using bridge32::HostCrashed;
using test::contains;

namespace {

/// Calls a method of `crashes`, and of `crashes_concurrent` on another thread than the main one;
/// what both must say is checked here.
template <class Check>
void check_crash(const std::string& method, const std::string& cause, const Check& check) {
    for (const std::string plugin : {"crashes", "crashes_concurrent"}) {
        CAPTURE(plugin);
        const test::NothingLeft nothing_left;
        const Client c(plugin, test::restarting());

        const auto crash = test::crash_of([&] { c.call(method); });

        const std::string text = crash.what();
        CAPTURE(text);
        CHECK(crash.cause() == cause);
        CHECK(crash.plugin() == plugin);
        CHECK(crash.method() == method);
        CHECK(contains(text, plugin + "." + method));
        check(crash);
        test::check_restarted(c);
    }
}

/// Besides: the place, on the thread of the call.
void check_place(const HostCrashed& crash, const std::string& function) {
    const auto& facts = crash.facts();
    CHECK(facts.owner == CrashOwner::this_call);
    CHECK(facts.main_thread == (crash.plugin() == "crashes"));
    CHECK(facts.thread != 0);
    CHECK(crash.call_id() != 0);
    CHECK(contains(crash.what(), " while running " + crash.plugin() + "." + crash.method()));
    CHECK(contains(crash.module(), crash.plugin() + ".b32.so"));
    CHECK(contains(crash.symbol(), function));
    CHECK(crash.offset() != 0);
    CHECK(test::went_through(crash, "faults::cause"));
}

}  // namespace

TEST_CASE("faults: SIGSEGV is a HostCrashed with address, place and backtrace") {
    check_crash("segv", "SIGSEGV", [](const HostCrashed& crash) {
        check_place(crash, "faults::segv");
        CHECK(crash.facts().address == 0);
        CHECK_FALSE(crash.facts().stack_overflow);
        CHECK(contains(crash.what(), "no memory is mapped at this address"));
    });
}

TEST_CASE("faults: SIGFPE is a HostCrashed that says what was divided") {
    check_crash("fpe", "SIGFPE", [](const HostCrashed& crash) {
        check_place(crash, "faults::fpe");
        CHECK(contains(crash.what(), "integer division by zero"));
        CHECK_FALSE(crash.facts().address.has_value());
    });
}

TEST_CASE("faults: SIGILL is a HostCrashed with the place") {
    check_crash("ill", "SIGILL",
                [](const HostCrashed& crash) { check_place(crash, "faults::ill"); });
}

TEST_CASE("faults: SIGBUS is a HostCrashed that speaks of the file") {
    const test::NothingLeft nothing_left;
    const Client c("harms_linux", test::restarting());

    const auto crash = test::crash_of([&] { c.call("sigbus"); });

    CHECK(crash.cause() == "SIGBUS");
    CHECK(contains(crash.what(), "the mapped file is shorter"));
    CHECK(contains(crash.symbol(), "sigbus"));
    CHECK(crash.facts().address.has_value());
    test::check_restarted(c);
}

TEST_CASE("faults: the call of a null pointer is a HostCrashed that names the caller") {
    check_crash("call_null", "SIGSEGV", [](const HostCrashed& crash) {
        CHECK(crash.facts().owner == CrashOwner::this_call);
        CHECK(crash.facts().address == 0);
        CHECK(crash.module().empty());
        REQUIRE(crash.backtrace().size() > 1);
        CHECK(contains(crash.backtrace()[1].symbol, "faults::call_null"));
    });
}

TEST_CASE("faults: abort is a HostCrashed that names who called it") {
    check_crash("abort_", "SIGABRT",
                [](const HostCrashed& crash) { check_place(crash, "faults::abort_"); });
}

TEST_CASE("faults: a stack overflow is a HostCrashed that says so") {
    check_crash("stack_overflow", "SIGSEGV", [](const HostCrashed& crash) {
        CHECK(crash.facts().owner == CrashOwner::this_call);
        CHECK(crash.facts().stack_overflow);
        CHECK(contains(crash.symbol(), "faults::recurse"));
        CHECK(contains(crash.what(), "stack overflow"));
    });
}

TEST_CASE("faults: a corrupted heap is a HostCrashed, and what the allocator said is in it") {
    // The sanitizer's own allocator notices, reports, and ends the host.
    const std::string cause = test::kSanitized ? "exit code 1" : "SIGABRT";
    check_crash("heap_corruption", cause, [](const HostCrashed& crash) {
        CHECK_FALSE(crash.output().empty());
        if (test::kSanitized) return;
        CHECK(test::went_through(crash, "faults::corrupt_heap"));
        CHECK_FALSE(crash.facts().message.empty());
        CHECK(contains(crash.output(), crash.facts().message));
    });
}

TEST_CASE("faults: exit is a HostCrashed with the code and the call") {
    check_crash("exit_", "exit code 3", [](const HostCrashed& crash) {
        CHECK(crash.facts().owner == CrashOwner::this_call);
        CHECK(contains(crash.what(), "exit was called"));
        CHECK(contains(crash.what(), " while running "));
    });
}

TEST_CASE("faults: _exit is a HostCrashed with the code, and says no more than is known") {
    check_crash("hard_exit", "exit code 4", [](const HostCrashed& crash) {
        CHECK(crash.facts().owner == CrashOwner::unknown);
        CHECK(contains(crash.what(), " during the call of "));
        CHECK(crash.backtrace().empty());
    });
    CHECK(test::crash_of([] { test::client("harms_linux").call("quick_exit_"); }).cause() ==
          "exit code 5");
}

TEST_CASE("faults: SIGKILL is a HostCrashed that says no more than is known") {
    const test::NothingLeft nothing_left;
    const Client c("harms_linux", test::restarting());

    const auto crash = test::crash_of([&] { c.call("kill_self"); });

    CHECK(crash.cause() == "SIGKILL");
    CHECK(crash.facts().owner == CrashOwner::unknown);
    CHECK(contains(crash.what(), " during the call of harms_linux.kill_self"));
    test::check_restarted(c);
}

TEST_CASE("faults: an exception out of a noexcept function is a HostCrashed with its text") {
    for (const std::string method : {"noexcept", "terminate_"}) {
        check_crash(method, "SIGABRT", [&](const HostCrashed& crash) {
            CHECK(crash.facts().owner == CrashOwner::this_call);
            CHECK(contains(crash.output(), "terminate called"));
            if (method == "noexcept") CHECK(contains(crash.what(), "the library's own words"));
            CHECK(test::went_through(crash, "faults::cause"));
        });
    }
}

TEST_CASE("faults: an exception out of a thread is a HostCrashed with its text, and of no call") {
    const test::NothingLeft nothing_left;
    const Client c("crashes", test::restarting());

    const auto crash = test::crash_of([&] {
        c.call("thread_throws");
        c.call("hang");
    });

    CHECK(crash.cause() == "SIGABRT");
    CHECK(crash.facts().owner == CrashOwner::nobody);
    CHECK(contains(crash.output(), "the library's own words"));
    test::check_restarted(c);
}

TEST_CASE("faults: an exception through C frames is a HostCrashed with its text") {
    const test::NothingLeft nothing_left;
    const Client c("harms", test::restarting());

    const auto crash = test::crash_of(
        [&] { c.call("throw_through", (test::kLibraries / "32" / "libc_frames.so").string()); });

    CHECK(crash.cause() == "SIGABRT");
    CHECK(contains(crash.output(), "the library's own words"));
    CHECK(contains(crash.what(), " while running harms.throw_through"));
    test::check_restarted(c);
}

TEST_CASE("faults: a detached thread that crashes later is not blamed on the call that runs") {
    const test::NothingLeft nothing_left;
    const Client c("crashes", test::restarting());

    c.call("thread_crashes");  // returns
    const auto crash = test::crash_of([&] { c.call("hang"); });

    CHECK(crash.cause() == "SIGSEGV");
    CHECK(crash.method() == "hang");
    CHECK(crash.facts().owner == CrashOwner::nobody);
    CHECK(crash.call_id() == 0);
    CHECK_FALSE(crash.facts().main_thread);
    CHECK(contains(crash.symbol(), "faults::segv"));
    CHECK(contains(crash.what(), "in a thread without a call; crashes.hang did not return"));
    test::check_restarted(c);
}

TEST_CASE("faults: of several calls, the error says which one crashed") {
    const test::NothingLeft nothing_left;
    const Client c("crashes_concurrent", test::restarting());

    auto innocent = c.async("hang");
    const auto own = test::crash_of([&] { c.call("segv"); });
    const auto others = test::crash_of([&] { innocent.get(); });

    CHECK(own.facts().owner == CrashOwner::this_call);
    CHECK(others.facts().owner == CrashOwner::this_client);
    CHECK(others.method() == "hang");
    CHECK(others.facts().running_method == "segv");
    CHECK(others.call_id() == own.call_id());
    CHECK(contains(others.what(),
                   " while running crashes_concurrent.segv; "
                   "crashes_concurrent.hang did not return"));
    test::check_restarted(c);
}

TEST_CASE("faults: a crash in the plugin's constructor is a HostCrashed that says so") {
    for (const std::string how : {"segv", "abort_", "exit_", "hard_exit", "stack_overflow"}) {
        CAPTURE(how);
        const test::NothingLeft nothing_left;
        auto options = test::options();
        options.kwargs = {{"how", how}};

        const auto crash = test::crash_of([&] { Client("bad_constructor", options); });

        CHECK(crash.method() == "(constructor)");
        if (how != "hard_exit") CHECK(crash.facts().owner == CrashOwner::this_call);
    }
}

TEST_CASE("faults: a library that crashes when it is loaded is a HostCrashed that names it") {
    const test::NothingLeft nothing_left;
    auto options = test::options();
    options.kwargs = {
        {"library", (test::kLibraries / "32" / "libcrashes_when_loaded.so").string()}};

    const auto crash = test::crash_of([&] { Client("loads", options); });

    CHECK(crash.cause() == "SIGSEGV");
    CHECK(crash.method() == "(constructor)");
    CHECK(contains(crash.module(), "libcrashes_when_loaded.so"));
    CHECK(crash.symbol() == "crash_in_library");
    CHECK(contains(crash.what(), "while running loads.(constructor)"));
}

TEST_CASE("faults: a library that crashes when it is unloaded ends no client") {
    const test::NothingLeft nothing_left;
    const std::string library = (test::kLibraries / "32" / "libcrashes_when_unloaded.so").string();

    // In a call.
    const Client c("loads", test::options());
    const auto crash = test::crash_of([&] { c.call("load", library, "crashes_when_unloaded"); });
    CHECK(crash.cause() == "SIGSEGV");
    CHECK(contains(crash.module(), "libcrashes_when_unloaded.so"));
    CHECK(contains(crash.what(), "while running loads.load"));

    // With the plugin.
    auto options = test::options();
    options.kwargs = {{"library", library}};
    Client last("loads", options);
    const auto start = std::chrono::steady_clock::now();
    last.shutdown();
    CHECK(std::chrono::steady_clock::now() - start < test::kSoon);
}

TEST_CASE("faults: without restart the next call is a ConnectionClosed that names the cause") {
    const test::NothingLeft nothing_left;
    const Client c("crashes", test::options());
    test::crash_of([&] { c.call("segv"); });

    std::string text;
    try {
        c.call("add", 1, 2);
    } catch (const bridge32::ConnectionClosed& e) {
        text = e.what();
    }

    CHECK(contains(text, "SIGSEGV"));
    CHECK(contains(text, "restart = on_crash"));
}

TEST_CASE("faults: host64 reports crashes as host32 does") {
    for (const std::string method : {"segv", "stack_overflow", "abort_"}) {
        CAPTURE(method);
        const test::NothingLeft nothing_left;
        auto options = test::restarting();
        options.host_executable = test::kBin / "host64";
        const Client c("crashes", options);

        const auto crash = test::crash_of([&] { c.call(method); });

        const std::string text = crash.what();
        CAPTURE(text);
        CHECK(contains(crash.module(), "crashes.b64.so"));
        CHECK(contains(crash.symbol(), "faults::"));
        CHECK(crash.facts().owner == CrashOwner::this_call);
        CHECK(crash.facts().stack_overflow == (method == "stack_overflow"));
        test::check_restarted(c);
    }
}

TEST_CASE("faults: the report is JSON that says the same") {
    const Client c("crashes", test::options());

    const auto crash = test::crash_of([&] { c.call("segv"); });
    const auto report = bridge32::Json::parse(crash.report().dump());

    CHECK(report.at("cause") == "SIGSEGV");
    CHECK(report.at("call") == bridge32::Json{{"plugin", "crashes"}, {"method", "segv"}});
    CHECK(report.at("running").at("owner") == "this call");
    CHECK(report.at("running").at("call_id") == crash.call_id());
    CHECK(report.at("address") == "0x0");
    CHECK(report.at("where").at("module") == crash.module());
    CHECK(report.at("backtrace").size() == crash.backtrace().size());
    CHECK(report.at("output") == "");
}

TEST_CASE("faults: the text has the cause and the call in its first line, then the details") {
    const Client c("crashes", test::options());

    const std::string text = test::crash_of([&] { c.call("segv"); }).what();

    const std::string first = text.substr(0, text.find('\n'));
    CAPTURE(text);
    CHECK(first ==
          "the host crashed with SIGSEGV (Segmentation fault: no memory is mapped at this address) "
          "in "
          "crashes.b32.so (faults::segv()) while running crashes.segv");
    for (const auto* detail :
         {"\n  fault address: 0x0", "\n  where:         ", "\n  thread:        ",
          "\n  call id:       ", "\n  backtrace:\n    #0 0x", "\n  the host printed nothing"}) {
        CHECK(contains(text, detail));
    }
}

}  // namespace linux_faults_crashes_test
