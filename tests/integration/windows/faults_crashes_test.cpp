// A library ends its host on Windows: the caller gets a HostCrashed with the exception's name, the
// call, file and function; no dialogue holds it up; the next call works; and nothing is left.
#include <doctest/doctest.h>

#include <cstdint>
#include <string>

#include "integration/faults.hpp"

namespace windows_faults_crashes_test {

using bridge32::Client;
using bridge32::CrashOwner;
using bridge32::HostCrashed;
using test::contains;

namespace {

/// Calls a method of `crashes`, and of `crashes_concurrent` on another thread than the main one.
template <class Check>
void check_crash(const std::string& method, const std::string& cause, const Check& check) {
    for (const std::string plugin : {"crashes", "crashes_concurrent"}) {
        CAPTURE(plugin);
        CAPTURE(method);
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

void check_place(const HostCrashed& crash, const std::string& function) {
    const auto& facts = crash.facts();
    CHECK(facts.owner == CrashOwner::this_call);
    CHECK(facts.main_thread == (crash.plugin() == "crashes"));
    CHECK(crash.call_id() != 0);
    CHECK(contains(crash.what(), " while running " + crash.plugin() + "." + crash.method()));
    CHECK(contains(crash.module(), crash.plugin() + ".b32.dll"));
    CHECK(contains(crash.symbol(), function));
    CHECK(crash.offset() != 0);
}

}  // namespace

TEST_CASE("faults: an access violation is a HostCrashed with address, place and backtrace") {
    check_crash("segv", "EXCEPTION_ACCESS_VIOLATION", [](const HostCrashed& crash) {
        check_place(crash, "faults::segv");
        CHECK(crash.facts().address == 0);
        CHECK(contains(crash.what(), "writing"));
        CHECK(test::went_through(crash, "faults::cause"));
    });
}

TEST_CASE("faults: a division by zero and an illegal instruction are named") {
    check_crash("fpe", "EXCEPTION_INT_DIVIDE_BY_ZERO",
                [](const HostCrashed& crash) { check_place(crash, "faults::fpe"); });
    check_crash("ill", "EXCEPTION_ILLEGAL_INSTRUCTION",
                [](const HostCrashed& crash) { check_place(crash, "faults::ill"); });
}

TEST_CASE("faults: a stack overflow is a HostCrashed that says so") {
    check_crash("stack_overflow", "EXCEPTION_STACK_OVERFLOW", [](const HostCrashed& crash) {
        CHECK(crash.facts().owner == CrashOwner::this_call);
        CHECK(crash.facts().stack_overflow);
        CHECK(contains(crash.module(), crash.plugin() + ".b32.dll"));
    });
}

TEST_CASE("faults: abort, and an exception that nobody catches, name who is to blame") {
    check_crash("abort_", "SIGABRT", [](const HostCrashed& crash) {
        CHECK(crash.facts().owner == CrashOwner::this_call);
    });
    check_crash("noexcept", "SIGABRT", [](const HostCrashed& crash) {
        CHECK(crash.facts().owner == CrashOwner::this_call);
        CHECK(contains(crash.output(), "the library's own words"));
    });
}

TEST_CASE("faults: exit and _exit are a HostCrashed with the code") {
    check_crash("exit_", "exit code 3", [](const HostCrashed& crash) {
        CHECK(crash.facts().owner == CrashOwner::this_call);
        CHECK(contains(crash.what(), "exit was called"));
    });
    check_crash("hard_exit", "exit code 4", [](const HostCrashed& crash) {
        CHECK(crash.facts().owner == CrashOwner::unknown);
        CHECK(contains(crash.what(), " during the call of "));
    });
}

TEST_CASE("faults: ExitProcess and TerminateProcess are a HostCrashed with the code") {
    for (const std::string method : {"exit_process", "terminate_process"}) {
        CAPTURE(method);
        const test::NothingLeft nothing_left;
        const Client c("harms_windows", test::restarting());

        const auto crash = test::crash_of([&] { c.call(method, 9); });

        CHECK(crash.cause() == "exit code 9");
        CHECK(crash.method() == method);
        test::check_restarted(c);
    }
}

TEST_CASE("faults: an exception of the library's own is a HostCrashed with its code") {
    const test::NothingLeft nothing_left;
    const Client c("harms_windows", test::restarting());

    const auto crash = test::crash_of([&] { c.call("raise", 0xE000'1234U); });

    CHECK(contains(crash.cause(), "E0001234"));
    CHECK(crash.facts().owner == CrashOwner::this_call);
    test::check_restarted(c);
}

TEST_CASE("faults: a detached thread that crashes later is not blamed on the call that runs") {
    const test::NothingLeft nothing_left;
    const Client c("crashes", test::restarting());

    c.call("thread_crashes");  // returns
    const auto crash = test::crash_of([&] { c.call("hang"); });

    CHECK(crash.cause() == "EXCEPTION_ACCESS_VIOLATION");
    CHECK(crash.facts().owner == CrashOwner::nobody);
    CHECK(contains(crash.what(), "in a thread without a call; crashes.hang did not return"));
    test::check_restarted(c);
}

TEST_CASE("faults: a crash in the plugin's constructor is a HostCrashed that says so") {
    for (const std::string how : {"segv", "abort_", "exit_", "stack_overflow"}) {
        CAPTURE(how);
        const test::NothingLeft nothing_left;
        auto options = test::options();
        options.kwargs = {{"how", how}};

        const auto crash = test::crash_of([&] { Client("bad_constructor", options); });

        CHECK(crash.method() == "(constructor)");
        CHECK(crash.facts().owner == CrashOwner::this_call);
    }
}

}  // namespace windows_faults_crashes_test
