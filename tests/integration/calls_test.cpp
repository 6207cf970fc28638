#include <doctest/doctest.h>

#include <cmath>
#include <complex>
#include <cstring>
#include <limits>
#include <map>
#include <numeric>
#include <random>

#include "integration/support.hpp"

namespace calls_test {

using bridge32::named;

namespace {

template <class T>
void check_integer(const bridge32::Client& c, const char* method) {
    CAPTURE(method);
    for (const T value : {std::numeric_limits<T>::min(), static_cast<T>(0), static_cast<T>(1),
                          std::numeric_limits<T>::max()}) {
        CHECK(c.call<T>(method, value) == value);
    }
}

std::uint64_t bits(double value) {
    std::uint64_t result = 0;
    std::memcpy(&result, &value, sizeof result);
    return result;
}

template <class T>
void check_array(const bridge32::Client& c, const char* method) {
    CAPTURE(method);
    std::mt19937 random(7);
    for (const std::size_t size : {0U, 1U, 3U, 1000U, 100'000U}) {
        std::vector<T> values(size);
        for (auto& value : values)
            value = static_cast<T>(random());
        CHECK(c.call<std::vector<T>>(method, values) == values);
    }
}

}  // namespace

TEST_CASE("client: positional, named and mixed arguments give the same result") {
    const auto c = test::client("echo");

    CHECK(c.call<int>("add", 1, 2) == 3);
    CHECK(c.call<int>("add", named({{"a", 1}, {"b", 2}})) == 3);
    CHECK(c.call<int>("add", named({{"b", 2}, {"a", 1}})) == 3);
    CHECK(c.call<int>("add", 1, named({{"b", 2}})) == 3);
    CHECK(c.call<int>("add", named({{"a", 1}}), named({{"b", 2}})) == 3);
    CHECK(c.call("add", 1, 2) == bridge32::Json(3));
}

TEST_CASE("client: parameters with defaults and optional ones may be left out") {
    const auto c = test::client("echo");

    CHECK(c.call("defaults", 1) == bridge32::Json({1, 2, nullptr}));
    CHECK(c.call("defaults", 1, 5) == bridge32::Json({1, 5, nullptr}));
    CHECK(c.call("defaults", 1, named({{"c", 7}})) == bridge32::Json({1, 2, 7}));
}

TEST_CASE("client: integers of every width come back, extremes included") {
    const auto c = test::client("echo");

    check_integer<std::int8_t>(c, "echo_i8");
    check_integer<std::uint8_t>(c, "echo_u8");
    check_integer<std::int16_t>(c, "echo_i16");
    check_integer<std::uint16_t>(c, "echo_u16");
    check_integer<std::int32_t>(c, "echo_i32");
    check_integer<std::uint32_t>(c, "echo_u32");
    check_integer<std::int64_t>(c, "echo_i64");
    check_integer<std::uint64_t>(c, "echo_u64");
}

TEST_CASE("client: doubles come back bit for bit, untyped and typed") {
    const auto c = test::client("echo");
    std::vector<double> values{0.0,
                               -0.0,
                               0.1,
                               1e300,
                               -1e-300,
                               std::numeric_limits<double>::denorm_min(),
                               std::numeric_limits<double>::max(),
                               std::numeric_limits<double>::infinity(),
                               -std::numeric_limits<double>::infinity(),
                               std::numeric_limits<double>::quiet_NaN(),
                               std::nan("42")};
    std::mt19937_64 random(3);
    for (int i = 0; i < 500; ++i) {
        const std::uint64_t pattern = random();
        double value = 0;
        std::memcpy(&value, &pattern, sizeof value);
        // A signalling NaN does not survive being loaded into a floating-point register.
        if (!std::isnan(value)) values.push_back(value);
    }

    for (const double value : values) {
        CAPTURE(value);
        CHECK(bits(c.call<double>("echo_f64", value)) == bits(value));
    }
    CHECK(bits(c.call("echo", -0.0).get<double>()) == bits(-0.0));
    CHECK(std::isinf(c.call("echo", std::numeric_limits<double>::infinity()).get<double>()));
    CHECK(c.call<float>("echo_f32", 0.1F) == 0.1F);
    CHECK(c.call<bool>("echo_bool", true));
}

TEST_CASE("client: strings come back, whatever their length and content") {
    const auto c = test::client("echo");
    std::string ten_million;
    ten_million.resize(10'000'000, 'y');

    for (const std::string& text :
         {std::string(), std::string("plain"), std::string("with \"quotes\" and \\ and \n\t"),
          std::string("a\0b", 3), std::string("µ ünïcödé 日本 🚀"), std::string(100'000, 'x'),
          ten_million}) {
        CAPTURE(text.size());
        CHECK(c.call<std::string>("echo_string", text) == text);
    }
    CHECK(c.call("echo", "literal") == bridge32::Json("literal"));
}

TEST_CASE("client: bytes and numeric arrays of every type come back") {
    const auto c = test::client("echo");

    std::vector<std::uint8_t> all(256);
    std::iota(all.begin(), all.end(), std::uint8_t{0});
    const bridge32::Bytes bytes(all.data(), all.size());
    CHECK(c.call<bridge32::Bytes>("echo_bytes", bytes) == bytes);
    CHECK(c.call<bridge32::Bytes>("echo_bytes", bridge32::Bytes()) == bridge32::Bytes());
    check_array<std::int8_t>(c, "echo_i8s");
    check_array<std::uint8_t>(c, "echo_u8s");
    check_array<std::int16_t>(c, "echo_i16s");
    check_array<std::uint16_t>(c, "echo_u16s");
    check_array<std::int32_t>(c, "echo_i32s");
    check_array<std::uint32_t>(c, "echo_u32s");
    check_array<std::int64_t>(c, "echo_i64s");
    check_array<std::uint64_t>(c, "echo_u64s");
    check_array<float>(c, "echo_f32s");
    check_array<double>(c, "echo_f64s");
}

TEST_CASE("client: 256 MB of bytes there and back, again and again") {
    auto options = test::options();
    const auto c = bridge32::Client("echo", options);
    for (const std::size_t size :
         {std::size_t{40'000}, std::size_t{5} << 20, std::size_t{256} << 20}) {
        CAPTURE(size);
        std::vector<std::uint8_t> content(size);
        std::uint32_t state = 1;
        for (auto& byte : content) {
            state = state * 1664525U + 1013904223U;
            byte = static_cast<std::uint8_t>(state >> 24);
        }
        const bridge32::Bytes bytes(content.data(), content.size());

        CHECK(c.call<bridge32::Bytes>("echo_bytes", bytes) == bytes);
        CHECK(c.call<bridge32::Bytes>("echo_bytes", bytes) == bytes);
    }
}

TEST_CASE("client: containers, optional, enums, structs, complex and nested values come back") {
    const auto c = test::client("echo");
    const bridge32::Json nested = {{"list", {1, 2.5, "three", nullptr, true}},
                                   {"object", {{"deeper", {{"$array", "mine"}, {"$$x", 1}}}}},
                                   {"empty", bridge32::Json::object()},
                                   {"none", bridge32::Json::array()}};

    CHECK(c.call("echo", nested) == nested);
    CHECK(c.call("echo", nullptr) == bridge32::Json());
    CHECK(c.call<std::optional<int>>("echo", nullptr) == std::nullopt);
    CHECK(c.call<std::optional<int>>("echo", 4) == 4);
    CHECK(c.call<std::vector<std::string>>("echo", std::vector<std::string>{"a", "b"}) ==
          std::vector<std::string>{"a", "b"});
    CHECK(c.call<std::map<std::string, int>>("echo", std::map<std::string, int>{{"k", 1}}) ==
          std::map<std::string, int>{{"k", 1}});
    CHECK(c.call<std::complex<double>>("echo_c128", std::complex<double>(1, -2)) ==
          std::complex<double>(1, -2));
}

TEST_CASE("client: a number that does not fit is an InvalidArgument, never truncated") {
    const auto c = test::client("echo");

    CHECK_THROWS_AS(c.call("echo_i32", std::int64_t{1} << 40), bridge32::InvalidArgument);
    CHECK_THROWS_AS(c.call("echo_i32", 1.5), bridge32::InvalidArgument);
    CHECK_THROWS_AS(c.call("echo_i32", true), bridge32::InvalidArgument);
    CHECK_THROWS_AS(c.call("echo_u8", -1), bridge32::InvalidArgument);
    CHECK_THROWS_AS(c.call("echo_f32", 1e300), bridge32::InvalidArgument);
    CHECK_THROWS_AS(c.call("echo_i32", "7"), bridge32::InvalidArgument);
    CHECK_THROWS_AS(c.call<int>("echo_i64", std::int64_t{1} << 40), bridge32::InvalidArgument);
    CHECK_THROWS_AS(c.call<int>("echo_string", "7"), bridge32::InvalidArgument);
    CHECK(c.call<int>("add", 1, 2) == 3);  // and the session lives on
}

TEST_CASE("client: the message of an InvalidArgument names method, parameter and value") {
    const auto c = test::client("echo");

    try {
        c.call("add", std::int64_t{1} << 40, 2);
        FAIL("it did not throw");
    } catch (const bridge32::InvalidArgument& e) {
        const std::string text = e.what();
        CAPTURE(text);
        CHECK(text.find("add") != std::string::npos);
        CHECK(text.find("`a`") != std::string::npos);
        CHECK(text.find("1099511627776") != std::string::npos);
        CHECK(e.type() == "InvalidArgument");
        CHECK(e.where() == "echo.add");
    }
}

TEST_CASE("client: properties are read with get") {
    auto options = test::options();
    options.kwargs = {{"gain", 2.5}, {"names", {"a", "b"}}};
    const bridge32::Client c("echo", options);

    CHECK(c.get("kwargs") == options.kwargs);
    const int before = c.get<int>("count");
    c.call("add", 1, 2);
    CHECK(c.get<int>("count") > before);
    CHECK_THROWS_AS(c.get("no_such_property"), bridge32::MethodNotFound);
}

TEST_CASE("client: async results come to their futures in any order of asking") {
    const auto c = test::client("echo");
    std::vector<bridge32::Future<int>> futures;
    for (int i = 0; i < 100; ++i)
        futures.push_back(c.async<int>("add", i, i));

    for (int i = 99; i >= 0; --i)
        CHECK(futures[static_cast<std::size_t>(i)].get() == 2 * i);

    auto forgotten = c.async<int>("add", 1, 1);
    { auto dropped = std::move(forgotten); }
    CHECK(c.call<int>("add", 1, 2) == 3);
    auto slow = c.async("sleep_ms", 50);
    CHECK_FALSE(slow.wait_for(std::chrono::milliseconds(1)));
    CHECK(slow.wait_for(std::chrono::seconds(10)));
    CHECK_NOTHROW(slow.get());
    CHECK_THROWS_AS(slow.get(), bridge32::Error);
}

TEST_CASE("client: notifications arrive in order, more than the ring holds") {
    auto options = test::options();
    options.ring_bytes = 4096;
    const bridge32::Client c("echo", options);
    const int before = c.get<int>("count");

    for (int i = 0; i < 10'000; ++i)
        c.notify("add", i, 1);

    CHECK(c.get<int>("count") >= before + 10'000);
}

TEST_CASE("client: requests and replies larger than the ring go another way") {
    auto options = test::options();
    options.ring_bytes = 4096;
    const bridge32::Client c("echo", options);
    const std::string text(1'000'000, 'z');

    for (int i = 0; i < 5; ++i)
        CHECK(c.call<std::string>("echo_string", text) == text);
    CHECK(c.call<int>("add", 1, 2) == 3);
}

TEST_CASE("client: two threads may call one client at once") {
    const auto c = test::client("echo");
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&, thread] {
            for (int i = 0; i < 2'000; ++i) {
                if (c.call<int>("add", thread * 10'000, i) != thread * 10'000 + i) ++wrong;
            }
            const std::string text(50'000, static_cast<char>('a' + thread));
            for (int i = 0; i < 20; ++i) {
                if (c.call<std::string>("echo_string", text) != text) ++wrong;
            }
        });
    }
    for (auto& thread : threads)
        thread.join();

    CHECK(wrong == 0);
}

TEST_CASE("client: several clients in one program have hosts of their own") {
    const auto one = test::client("echo");
    const auto two = test::client("echo");

    CHECK(one.host_info().pid != two.host_info().pid);
    CHECK(one.call<std::uint32_t>("pid") == one.host_info().pid);
    CHECK(one.host_info().bits == 32);
    CHECK(one.host_info().plugin == "echo");
    one.call("add", 1, 2);
    CHECK(two.get<int>("count") < one.get<int>("count") + 1);
}

TEST_CASE("client: every way of waiting gives the same answers") {
    for (const auto wait :
         {bridge32::Wait::adaptive, bridge32::Wait::spin, bridge32::Wait::block}) {
        auto options = test::options();
        options.wait = wait;
        const bridge32::Client c("echo", options);
        for (int i = 0; i < 200; ++i)
            CHECK(c.call<int>("add", i, 1) == i + 1);
    }
}

TEST_CASE("client: describe tells of methods, parameters and properties") {
    const auto c = test::client("echo");
    const auto description = c.describe();

    bool found = false;
    for (const auto& method : description.at("methods")) {
        if (method.at("name") != "add") continue;
        found = true;
        CHECK(method.at("parameters").at(0).at("name") == "a");
        CHECK(method.at("parameters").at(1).at("name") == "b");
    }
    CHECK(found);
}

TEST_CASE("client: calls run on the host's main thread, the one that constructed the plugin") {
    const auto c = test::client("echo");

    CHECK(c.call<bool>("on_main_thread"));
    CHECK(c.call<std::uint64_t>("thread_id") == c.get<std::uint64_t>("constructor_thread"));
}

}  // namespace calls_test
