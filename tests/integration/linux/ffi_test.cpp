// Interface files of libraries that only Linux has: with C++ exceptions that leave a C function,
// and without numbers of exports.
#include <doctest/doctest.h>
#include <time.h>

#include <algorithm>
#include <bridge32/client.hpp>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>

#include "integration/support.hpp"

namespace linux_ffi_test {

namespace {

bridge32::Client with(const std::string& library, const std::string& declarations) {
    bridge32::ClientOptions options;
    options.kwargs = {{"interface", "interface 1; library \"" + library + "\" { }" + declarations},
                      {"library", (test::kLibraries / "32" / ("lib" + library + ".so")).string()}};
    options.startup_timeout = std::chrono::minutes(2);  // of 2,000 functions, with sanitizers
    return bridge32::Client("ffi", options);
}

template <class Call>
std::string message_of(const Call& call) {
    try {
        call();
    } catch (const bridge32::RemoteError& error) {
        return error.what();
    }
    return "no RemoteError was thrown";
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// Seconds that a host has computed to open an interface of so many functions, at best.
double cost_of(int functions) {
    std::string text = "const int most = 100; typedef struct dev *DEV [[handle, free(f0)]];";
    for (int i = 0; i < functions; ++i) {
        const std::string name = "f" + std::to_string(i);
        text += i == 0 ? "void f0(DEV dev);"
                       : "int " + name + "(DEV dev, const double *x [[count(n)]], int n, void (*" +
                             "g)(int *y [[out, count(most)]]) [[scope(notified), ends(f0)]]);";
    }
    double least = 1e9;
    for (int run = 0; run < 3; ++run) {
        const auto c = with("vendor", text + "int add(int a, int b);");
        clockid_t clock = 0;
        REQUIRE(::clock_getcpuclockid(static_cast<pid_t>(c.host_info().pid), &clock) == 0);
        timespec time{};
        REQUIRE(::clock_gettime(clock, &time) == 0);
        least = std::min(
            least, static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec));
    }
    return least;
}

}  // namespace

TEST_CASE("ffi: opening an interface takes time in proportion to its functions") {
    const double nothing = cost_of(1);
    const double few = cost_of(250) - nothing;
    const double many = cost_of(2000) - nothing;
    CAPTURE(few);
    CAPTURE(many);
    CHECK(many < 3 * 8 * few);  // if each looked at all others: 64 times
}

TEST_CASE("ffi: an exception of the library's is an error that names the function") {
    auto c = with("throws", R"(
        int throws(int what);
        int __stdcall std_throws(int a, int b, int c);
        int calls(int (*f)(int), int x);
        int calls_and_throws(int (*f)(int), int x);)");

    std::string text = message_of([&] { c.call("throws", 0); });
    CAPTURE(text);
    CHECK(has(text, "throws"));
    CHECK(has(text, "out of paper"));
    text = message_of([&] { c.call("throws", 1); });
    CHECK(has(text, "throws"));
    CHECK(has(message_of([&] { c.call("std_throws", 1, 2, 3); }), "stdcall"));
    CHECK(has(message_of([&] {
                  c.call(
                      "calls_and_throws", [](int x) { return x; }, 3);
              }),
              "same"));
    // Through a callback: the library's frames below see no exception.
    text = message_of([&] {
        c.call(
            "calls", [&](int x) { return c.call<int>("throws", x); }, 0);
    });
    CHECK(has(text, "out of paper"));
    CHECK(c.call<int>("throws", 2) == 2);
    CHECK(c.call<int>(
              "calls", [](int x) { return 2 * x; }, 3) == 7);
}

TEST_CASE("ffi: functions of ELF libraries have no numbers") {
    auto c = with("vendor", "int add(int a, int b); int minus(int a, int b) [[ordinal(5)]];");

    const std::string text = message_of([&] { c.call("minus", 1, 2); });
    CAPTURE(text);
    CHECK(has(text, "`minus`"));
    CHECK(has(text, "ordinal(5)"));
    CHECK(has(text, "by name"));
    CHECK(c.call<int>("add", 1, 2) == 3);
}

TEST_CASE("ffi: an unsigned result is compared with negative numbers as C does") {
    for (const char* const declarations :
         {"unsigned add(int a, int b) [[fails(result == -1)]];",
          "const int NONE = -1; size_t add(int a, int b) [[fails(result == NONE)]];"}) {
        auto c = with("vendor", declarations);

        CHECK(has(message_of([&] { c.call("add", -2, 1); }), "add failed: it returned -1"));
        CHECK(c.call<std::uint32_t>("add", -2, 0) == 0xfffffffe);
        CHECK(c.call<std::uint32_t>("add", 1, 2) == 3);
    }
}

TEST_CASE("ffi: a call without types that contradicts itself is an error") {
    bridge32::ClientOptions options;
    options.kwargs = {{"interface", "interface 1; library \"vendor\" { }"},
                      {"library", (test::kLibraries / "32/libvendor.so").string()},
                      {"direct", true}};
    bridge32::Client c("ffi", options);
    // DirectCall, words, fixups: see direct_call.hpp.
    struct Request {
        std::uint32_t function, words = 5, fixups = 1, elsewhere = 0, sent = 0, memory = 16,
                                back = 0, pops = 0, x87 = 0, text = 0, error = 0;
        std::uint32_t values[5]{0, 0, 0, 40, 2};
        std::uint32_t at = 20, to = 0;
    } request{c.call<std::uint32_t>("address", "add")};
    const auto call = [&] {
        return c.call<bridge32::Bytes>("call", std::as_bytes(std::span(&request, 1)));
    };
    const auto refuses = [&] { return has(message_of(call), "a direct call "); };

    CHECK(call().data()[0] == 42);
    request.at = 18;  // half of it behind the words
    CHECK(refuses());
    request.at = 33;
    CHECK(refuses());
    request.at = 0xfffffffe;
    CHECK(refuses());
    request.at = 20;
    request.text = 3;
    CHECK(refuses());
    request.text = 0;
    request.memory = 0xfffffff0;
    CHECK(refuses());
    request.memory = 16;
    CHECK(call().data()[0] == 42);
}

}  // namespace linux_ffi_test
