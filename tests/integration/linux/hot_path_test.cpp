// What small calls, and no calls, cost: memory and processor time, but no times of calls.
#include <doctest/doctest.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

#include "integration/support.hpp"
#include "support/allocation_count.hpp"

namespace linux_hot_path_test {

namespace {

using namespace std::chrono_literals;
using bridge32::test::allocation_count;

/// All small calls there are, each several times.
void call_all(const bridge32::Client& c, int times) {
    static const std::string text = "a text that is too long for a std::string without memory";
    bool good = true;
    for (int i = 0; i < times; ++i) {
        good = good && c.call<int>("add", i % 10, 2) == i % 10 + 2;
        good = good && c.call<double>("scale", 2.0, 0.1) == 0.2;
        good = good && c.call<std::size_t>("a method with quite a long name", text) == text.size();
        good = good && c.get<bool>("state");
        c.call<void>("add", 1, 2);
        c.notify("add", 1, 2);
        auto first = c.async<int>("add", 3, 1);
        auto second = c.async<int>("add", 3, 2);
        good = good && first.get() == 4 && second.get() == 5;
    }
    CHECK(good);
}

/// Processor time that a process has used.
std::chrono::nanoseconds processor_time(pid_t pid) {
    clockid_t clock{};
    timespec time{};
    REQUIRE(::clock_getcpuclockid(pid, &clock) == 0);
    REQUIRE(::clock_gettime(clock, &time) == 0);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

TEST_CASE("hot path: small typed calls take nothing from the client's heap") {
    const auto c = test::client("allocations_linux");
    call_all(c, 10);

    const auto before = allocation_count();
    call_all(c, 200);
    const auto after = allocation_count();

    CHECK(after - before == 0);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("hot path: small typed calls take nothing from the host's heap") {
    auto options = test::options();
    options.environment["LD_PRELOAD"] = (test::kLibraries / "32" / "libcounts_mallocs.so").string();
    const bridge32::Client c("allocations_linux", options);
    call_all(c, 10);
    c.get<std::uint32_t>("mallocs");

    const auto before = c.get<std::uint32_t>("mallocs");
    call_all(c, 200);
    const auto after = c.get<std::uint32_t>("mallocs");

    CHECK(before > 0);
    CHECK(after - before == 0);
}
#endif

TEST_CASE("hot path: an idle host and an idle client use no processor") {
    const auto c = test::client("allocations_linux");
    call_all(c, 10);
    const auto host = static_cast<pid_t>(c.host_info().pid);
    std::this_thread::sleep_for(100ms);  // what spins has stopped long before

    const auto host_before = processor_time(host);
    const auto own_before = processor_time(::getpid());
    std::this_thread::sleep_for(1s);
    const auto own = processor_time(::getpid()) - own_before;
    const auto of_host = processor_time(host) - host_before;

    // Less than a thousandth is what is promised; here is a busy machine, and a sanitizer perhaps.
    CHECK(of_host < 10ms);
    CHECK(own < 10ms);
}

}  // namespace linux_hot_path_test
