// Libraries change the floating-point unit, errno and the stack, and nobody else's numbers change.
#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "integration/support.hpp"

namespace foreign_code_test {

namespace {

using bridge32::Client;
using bridge32::ClientOptions;
using bridge32::Json;
using bridge32::Mode;
using namespace std::string_literals;

// The control words, and what the tests make of them.
constexpr std::int32_t k24Bits = 0x7f;
constexpr std::int32_t kRoundUp = 0xb7f;
constexpr std::int32_t kUnmasked = 0x1332;  // Delphi and C++Builder
constexpr std::int32_t kDenormalsAreZeros = 0x9fc0;
#if defined(_WIN32)
constexpr std::int32_t kNativeX87 = 0x27f;
#else
constexpr std::int32_t kNativeX87 = 0x37f;
#endif

ClientOptions options(Mode mode = Mode::process) {
    auto result = test::options();
    result.mode = mode;
    result.library_path = test::kLibraries / (mode == Mode::process ? "32" : "64");
    return result;
}

ClientOptions each_mode() {
    auto result = options();
    SUBCASE("in a host") {}
    SUBCASE("in process") { result = options(Mode::in_process); }
    return result;
}

/// What a plugin makes other numbers of that must return them.
std::vector<double> changed(const Client& c) {
    std::vector<double> wrong;
    for (const double x : {16777217.0, 0.1, 1e300, 1e-310, 5e-324, -0.1, 123456789.123}) {
        const double same[] = {
            c.call<double>("same", x), c.call<Json>("same_json", x).get<double>(),
            c.call<std::vector<double>>("same_list", std::vector{x}).front(),
            c.call<std::array<double, 2>>(
                "round_and_call_back", [](double y) { return y; }, kRoundUp, x)[0]};
        for (const double y : same)
            if (y != x) wrong.push_back(x);
    }
    return wrong;
}

}  // namespace

TEST_CASE("foreign code: numbers stay what they are, whatever a library does to the FPU") {
    const Client c("unruly", each_mode());

    c.call("set_x87_control_word", k24Bits);
    CHECK(changed(c).empty());
    c.call("set_mxcsr", kDenormalsAreZeros);
    CHECK(changed(c).empty());
    c.call("leave_mmx_state");
    CHECK(changed(c).empty());
    c.call("divide_by_zero");
    c.call("set_x87_control_word", kUnmasked);
    CHECK(changed(c).empty());
    c.call("set_mxcsr", 0);  // all exceptions trap
    CHECK(changed(c).empty());
    CHECK_THROWS_WITH_AS(c.call("unmask_and_throw"),
                         "unruly.unmask_and_throw: std::runtime_error: thrown",
                         bridge32::RemoteError);
    CHECK(changed(c).empty());
}

TEST_CASE("foreign code: numbers stay what they are when a library changes the FPU on loading") {
    auto in = each_mode();
    in.kwargs = {{"library", "unruly_when_loaded"}};
    const Client c("unruly", in);

    CHECK(changed(c).empty());
}

TEST_CASE("foreign code: a library finds the control words as it left them") {
    const Client c("unruly", each_mode());

    CHECK(c.call<std::int32_t>("x87_control_word") == kNativeX87);
    CHECK(c.call<std::int32_t>("mxcsr") == 0x1f80);
    c.call("set_x87_control_word", k24Bits);
    c.call("set_mxcsr", kDenormalsAreZeros);
    CHECK(c.call<double>("same", 0.1) == 0.1);
    CHECK(c.call<std::int32_t>("x87_control_word") == k24Bits);
    CHECK(c.call<std::int32_t>("mxcsr") == kDenormalsAreZeros);

    const Client another("unruly", each_mode());
    CHECK(another.call<std::int32_t>("x87_control_word") == kNativeX87);
    CHECK(another.call<std::int32_t>("mxcsr") == 0x1f80);
}

TEST_CASE("foreign code: the plugin's own arithmetic is not the library's") {
    const Client c("unruly", each_mode());

    c.call("set_x87_control_word", k24Bits);
    c.call("set_mxcsr", kDenormalsAreZeros);
    CHECK(c.call<double>("twice", 1e-310) == 2e-310);

    c.call("round_up_here");  // as a library would that is linked with the plugin
    CHECK(c.call<bool>("rounds_up_here"));
    CHECK(changed(c).empty());
}

TEST_CASE("foreign code: destroyers and destructors change nothing for others") {
    const Client c("unruly", each_mode());

    c.call("drop", c.call<bridge32::Handle<struct Unruly>>("unruly_handle"));

    CHECK(c.call<std::int32_t>("x87_control_word") == k24Bits);
    CHECK(changed(c).empty());
}

TEST_CASE(
    "foreign code: a callback runs with our control words, and the library gets its own back") {
    const Client c("unruly", each_mode());
    std::int32_t rounded = 0;

    const auto got = c.call<std::array<double, 2>>(
        "round_and_call_back",
        [&](double x) {
            rounded = c.call<std::int32_t>("x87_control_word");  // nested: the library's
            return x;
        },
        kRoundUp, 0.1);

    CHECK(got == std::array<double, 2>{0.1, double{kRoundUp}});
    CHECK(rounded == kRoundUp);
}

TEST_CASE("foreign code: errno is asked for in the next call") {
    const Client c("unruly", each_mode());

    CHECK(c.call<std::int32_t>("last_error") == 0);
    c.call("fail", 42);
    c.call<double>("same", 0.1);
    CHECK(c.call<std::int32_t>("last_error") == 42);
    CHECK(c.call<std::int32_t>(
              "fail_and_call_back", [](double x) { return x; }, 33) == 33);
    CHECK(Client("unruly", options()).call<std::int32_t>("last_error") == 0);
}

TEST_CASE("foreign code: what a client's own program does with the FPU stays as it was") {
    const Client c("unruly", options(Mode::in_process));
    const auto mxcsr = [] {
        std::uint32_t word = 0;
        __asm__ volatile("stmxcsr %0" : "=m"(word));
        return word;
    };
    const std::uint32_t own = 0xbf80;  // rounds up
    const std::uint32_t before = mxcsr();
    __asm__ volatile("ldmxcsr %0" ::"m"(own));
    std::uint32_t inside = 0;

    c.call<std::array<double, 2>>(
        "round_and_call_back",
        [&](double x) {
            inside = mxcsr();
            return x;
        },
        k24Bits, 0.5);
    const std::uint32_t after = mxcsr();
    __asm__ volatile("ldmxcsr %0" ::"m"(before));

    CHECK((inside & ~0x3fU) == own);
    CHECK((after & ~0x3fU) == own);
}

TEST_CASE("foreign code: callbacks work on a stack that is aligned to 4 bytes") {
    const Client c("unruly", options());

    for (const char* method : {"with_data", "with_data_stdcall", "without_data", "own_thunk"}) {
        for (const int shift : {0, 4, 8, 12}) {
            CAPTURE(method);
            CAPTURE(shift);
            CHECK(c.call<int>(
                      method, [](int i, double x) { return static_cast<int>(i + 2 * x); }, shift) ==
                  8);
        }
    }
}

TEST_CASE("foreign code: a nested call that a longjmp leaves ends with an error") {
    Client c("unruly", options());
    std::vector<std::string> errors;
    int jumped = 0;
    c.on_event("jumped", [&](int jumps) { jumped = jumps; });

    const int jumps = c.call<int>(
        "protected_call",
        [&](int i) {
            try {
                if (i != 1) c.call("raise_error");
            } catch (const bridge32::RemoteError& e) {
                errors.push_back(e.message());
            }
            return i;
        },
        3);

    CHECK(jumps == 2);
    CHECK(jumped == 2);
    REQUIRE(errors.size() == 2);
    CHECK(errors[0].find("longjmp") != std::string::npos);
    CHECK(c.call<double>("same", 0.5) == 0.5);
}

}  // namespace foreign_code_test
