// Large data: made where the other side can read it, held, and kept beyond calls.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "integration/support.hpp"
#include "os/process.hpp"

namespace memory_test {

namespace {

using bridge32::Bytes;
using bridge32::Client;
using bridge32::Mode;
using bridge32::NdArray;
using bridge32::Order;
using namespace std::chrono_literals;

Client each_mode() {
    auto options = test::options();
    SUBCASE("in a host") {}
    SUBCASE("in process") { options.mode = Mode::in_process; }
    return Client("calls_back", options);
}

/// How many of our segments a process has mapped.
int mapped_segments(std::uint32_t pid) {
    std::ifstream maps("/proc/" + std::to_string(pid) + "/maps");
    int count = 0;
    for (std::string line; std::getline(maps, line);)
        count += line.find("/bridge32-") != std::string::npos ? 1 : 0;
    return count;
}

}  // namespace

TEST_CASE("memory: an array of make_array is zero at first, and is passed by every shape") {
    const Client c = each_mode();
    auto a = c.make_array<double>({3, 4});

    CHECK(a.shape() == std::vector<std::uint64_t>{3, 4});
    CHECK(c.call<double>("sum_nd", a) == 0);
    std::iota(a.data(), a.data() + a.size(), 1.0);
    CHECK(c.call<double>("sum_nd", a) == 78);

    const auto twice = c.call<NdArray<double>>("twice", a);
    CHECK(twice.shape() == a.shape());
    CHECK(twice(2, 3) == 24);
    CHECK(c.make_array<std::int8_t>({0}).size() == 0);
}

TEST_CASE("memory: an array of make_array is not copied") {
    const Client c = test::client("calls_back");
    auto a = c.make_array<double>({1'000'000});
    auto b = c.make_array<double>({1'000'000});

    // In the host it is at one place as long as it lives: nothing else could tell its address.
    const auto first = c.call<std::uintptr_t>("address", a);
    const auto second = c.call<std::uintptr_t>("address", b);
    CHECK(first != second);
    for (int i = 0; i < 10; ++i) {
        CHECK(c.call<std::uintptr_t>("address", a) == first);
        CHECK(c.call<std::uintptr_t>("address", b) == second);
    }
    a(0) = 5;
    CHECK(c.call<double>("sum", a) == 5);
}

TEST_CASE("memory: a Fortran-ordered array is kept as such") {
    const Client c = each_mode();
    auto a = c.make_array<double>({2, 3}, Order::fortran);
    std::iota(a.data(), a.data() + a.size(), 0.0);
    CHECK(a(1, 0) == 1);

    const auto b = c.call<NdArray<const double>>("twice", a);

    CHECK(b.order() == Order::fortran);
    CHECK(b.shape() == a.shape());
    CHECK(b(1, 0) == 2);
    CHECK(b(0, 1) == 4);
}

TEST_CASE("memory: bytes of make_bytes go through, and a plugin's come back") {
    const Client c = each_mode();
    Bytes bytes = c.make_bytes(100'000);
    CHECK(bytes.size() == 100'000);
    CHECK(bytes[99'999] == 0);

    const auto back = c.call<Bytes>("text_bytes", std::string(50'000, 'x'));
    CHECK(back == Bytes(std::string(50'000, 'x')));
}

TEST_CASE("memory: a result is held in place, also after later calls and after shutdown") {
    std::optional<NdArray<const double>> held;
    {
        Client c = each_mode();
        auto a = c.make_array<double>({500'000});
        for (double& value : a.span())
            value = 1.5;
        held = c.call<NdArray<const double>>("twice", a);
        for (int i = 0; i < 20; ++i) {
            for (double& value : a.span())
                value = i;
            const auto other = c.call<NdArray<const double>>("twice", a);
            REQUIRE(other(7) == 2 * i);
        }
        c.shutdown();
        CHECK((*held)(0) == 3);
    }
    for (std::size_t i = 0; i < held->size(); ++i)
        REQUIRE(held->data()[i] == 3);
}

TEST_CASE("memory: nothing is left behind when results and arrays outlive their client") {
    const auto before = test::segments();
    {
        std::optional<NdArray<double>> array;
        std::optional<NdArray<const double>> held;
        {
            const Client c = test::client("calls_back");
            array = c.make_array<double>({100'000});
            held = c.call<NdArray<const double>>("twice", *array);
        }
        (*array)(1) = 2;
        CHECK((*held)(1) == 0);
        // Where a name goes only with the memory, it goes below.
        if (bridge32::test::named_segments(1) == 0) CHECK(test::no_segments_but(before));
    }
    CHECK(test::no_segments_but(before));
}

TEST_CASE("memory: an array of one client can be passed to another, and to a restarted host") {
    Client a = test::client("calls_back");
    const Client b = test::client("calls_back");
    auto array = a.make_array<double>({10'000});
    array(3) = 4;

    CHECK(b.call<double>("sum", array) == 4);
    a.terminate();
    a.restart();
    CHECK(a.call<double>("sum", array) == 4);
}

TEST_CASE("memory: in the steady state nothing is mapped and nothing grows") {
    const Client c = test::client("calls_back");
    const auto pid = c.host_info().pid;
    auto a = c.make_array<double>({200'000});
    const std::vector<double> ordinary(200'000, 1.0);
    const auto round = [&] {
        REQUIRE(c.call<NdArray<const double>>("twice", a).size() == a.size());
        REQUIRE(c.call<std::vector<double>>("twice_copied", ordinary).size() == ordinary.size());
        const auto small = c.make_array<std::int32_t>({100});
        REQUIRE(c.call<double>("sum", small) == 0);
    };
    for (int i = 0; i < 10; ++i)
        round();

    const int here = mapped_segments(bridge32::os::own_pid());
    const int there = mapped_segments(pid);
    for (int i = 0; i < 300; ++i)
        round();

    CHECK(mapped_segments(bridge32::os::own_pid()) <= here);
    CHECK(mapped_segments(pid) <= there);
}

TEST_CASE("memory: what the 32-bit side cannot hold is an error that names the size") {
    const Client c = test::client("calls_back");
    std::optional<NdArray<std::uint8_t>> huge;
    try {
        huge = c.make_array<std::uint8_t>({3ULL << 30});
    } catch (const bridge32::Error& e) {
        // The machine has no shared memory of that size: that, too, must be said.
        CHECK(std::string(e.what()).find("3221225472") != std::string::npos);
        MESSAGE("no 3 GiB of shared memory here; only the client's error was tested");
        return;
    }

    CHECK_THROWS_WITH_AS(c.call("sum", *huge), doctest::Contains("3221225472"),
                         bridge32::InvalidArgument);
    CHECK(c.call<int>("add", 1, 2) == 3);
}

TEST_CASE("memory: a plugin keeps the client's array beyond the call and fills it in place") {
    Client c = each_mode();
    auto a = c.make_array<double>({100, 100});
    std::atomic<bool> filled{false};
    c.on_event("filled", [&] { filled = true; });

    c.call("retain", a);
    c.call("fill", 2.5);
    CHECK(a(99, 99) == 2.5);

    c.call("fill_later", 7.0, 20);
    REQUIRE(test::eventually([&] { return filled.load(); }));
    for (const double value : a.span())
        REQUIRE(value == 7.0);
    c.call("release");
}

TEST_CASE("memory: a result for overwriting is not cleared before") {
    const Client c("instrument", test::options());
    auto sevens = c.make_array<double>({100'000});
    std::fill_n(sevens.data(), sevens.size(), 7.0);

    c.call<NdArray<const double>>("doubled", sevens);  // in a block that is free again at once

    CHECK(c.call<NdArray<const double>>("unwritten", sevens.size())(99'999) == 14.0);
    CHECK(c.call<NdArray<const double>>("unwritten", 3).size() == 3);
}

TEST_CASE("memory: either side can release a buffer first") {
    const auto before = test::segments();
    {
        Client c = each_mode();
        {
            auto a = c.make_array<double>({100'000});
            c.call("retain_span", a);
        }
        c.call("fill", 1.0);  // the client's array is gone, its memory is not
        auto b = c.make_array<double>({100'000});
        CHECK(b(5) == 0);
        c.call("retain_span", b);
        c.shutdown();
        b(5) = 3;
        CHECK(b(5) == 3);
    }
    CHECK(test::no_segments_but(before));
}

TEST_CASE("memory: an ordinary vector cannot be kept, and the error says what to do") {
    const Client c = each_mode();
    const std::vector<double> ordinary(100'000, 1.0);
    CHECK_THROWS_WITH_AS(c.call("retain_span", ordinary), doctest::Contains("make_array"),
                         bridge32::InvalidArgument);
    CHECK_THROWS_WITH_AS(c.call("retain_span", std::vector<double>{1}),
                         doctest::Contains("make_array"), bridge32::InvalidArgument);
}

}  // namespace memory_test
