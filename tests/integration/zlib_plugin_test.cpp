#include <doctest/doctest.h>

#include <bridge32/client.hpp>
#include <cstdint>
#include <string>
#include <utility>

namespace zlib_plugin_test {

namespace {

using bridge32::Bytes;

std::string message_of(bridge32::Client& zlib, const Bytes& stream) {
    try {
        zlib.call("decompress", stream);
    } catch (const bridge32::RemoteError& e) {
        return e.message();
    }
    return "nothing was thrown";
}

/// `size` bytes with some order in them.
Bytes sample(std::size_t size) {
    Bytes data(size);
    std::uint32_t state = 1;
    for (std::size_t i = 0; i < size; ++i) {
        state = state * 1664525 + 1013904223;
        data[i] = static_cast<std::uint8_t>(i % 7 == 0 ? state >> 24 : i / 64);
    }
    return data;
}

}  // namespace

TEST_CASE("zlib: what plugins/zlib/README.md shows restores the text") {
    // [use]
    bridge32::Client zlib("zlib");
    const bridge32::Bytes text("once upon a time, once upon a time, once upon a time");
    const auto stream =
        zlib.call<bridge32::Bytes>("compress", text, bridge32::named({{"level", 9}}));
    const auto again = zlib.call<bridge32::Bytes>("decompress", stream);
    const auto crc = zlib.call<std::uint32_t>("crc32", text);
    // [use end]

    CHECK(stream.size() < text.size());
    CHECK(again == text);
    CHECK(crc == 0x0B28FDBE);
}

TEST_CASE("zlib: data of every size and level is restored in both bitnesses") {
    for (const auto mode : {bridge32::Mode::process, bridge32::Mode::in_process}) {
        bridge32::Client zlib("zlib", {.mode = mode});
        for (const std::size_t size : {0, 1, 2, 4095, 4096, 4097, 70'000, 5'000'000}) {
            for (const int level : {-1, 0, 1, 9}) {
                CAPTURE(size);
                CAPTURE(level);
                const Bytes data = sample(size);

                const auto stream = zlib.call<Bytes>("compress", data, level);

                CHECK(zlib.call<Bytes>("decompress", stream) == data);
            }
        }
    }
}

TEST_CASE("zlib: checksums are the published ones, and continue from a start") {
    bridge32::Client zlib("zlib");

    CHECK(zlib.call<std::uint32_t>("crc32", Bytes("123456789")) == 0xCBF43926);
    CHECK(zlib.call<std::uint32_t>("adler32", Bytes("Wikipedia")) == 0x11E60398);
    CHECK(zlib.call<std::uint32_t>("crc32", Bytes()) == 0);
    CHECK(zlib.call<std::uint32_t>("adler32", Bytes()) == 1);

    const auto first = zlib.call<std::uint32_t>("crc32", Bytes("12345"));
    CHECK(zlib.call<std::uint32_t>("crc32", Bytes("6789"), first) == 0xCBF43926);
}

TEST_CASE("zlib: an invalid, damaged, truncated or oversized stream is rejected with the reason") {
    bridge32::Client zlib("zlib");
    const Bytes data = sample(100'000);
    const auto stream = zlib.call<Bytes>("compress", data);

    SUBCASE("no stream") {
        CHECK(message_of(zlib, Bytes("hello, this is text")) ==
              "zlib: data error: the input is damaged or not a zlib stream (incorrect header "
              "check)");
    }
    SUBCASE("empty") {
        CHECK(message_of(zlib, Bytes()) ==
              "zlib: data error: the input ends before the end of the stream");
    }
    SUBCASE("damaged") {
        Bytes damaged = stream;
        damaged[damaged.size() - 1] ^= 1;
        CHECK(message_of(zlib, damaged) ==
              "zlib: data error: the input is damaged or not a zlib stream (incorrect data "
              "check)");
    }
    SUBCASE("cut") {
        for (const std::size_t size : {std::size_t{1}, stream.size() / 2, stream.size() - 1}) {
            CHECK(message_of(zlib, Bytes(stream.data(), size)) ==
                  "zlib: data error: the input ends before the end of the stream");
        }
    }
    SUBCASE("followed by more") {
        Bytes longer = stream;
        longer.resize(stream.size() + 3);
        CHECK(message_of(zlib, longer) == "zlib: data error: 3 bytes follow the end of the stream");
    }
    CHECK(zlib.call<Bytes>("decompress", stream) == data);
}

TEST_CASE("zlib: decompress makes max_size bytes and not one more") {
    bridge32::Client zlib("zlib");
    const Bytes data(1'000'000);
    const auto stream = zlib.call<Bytes>("compress", data);

    CHECK(zlib.call<Bytes>("decompress", stream, 1'000'000) == data);
    CHECK(zlib.call<Bytes>("decompress", stream, ~std::uint64_t{0}) == data);
    for (const int max_size : {999'999, 5000, 1, 0}) {
        CAPTURE(max_size);
        CHECK_THROWS_WITH_AS(zlib.call("decompress", stream, max_size),
                             doctest::Contains("larger than max_size"), bridge32::RemoteError);
    }
}

TEST_CASE("zlib: arguments that zlib does not have are refused") {
    bridge32::Client zlib("zlib");

    CHECK_THROWS_WITH_AS(zlib.call("compress", Bytes("x"), 12), doctest::Contains("0 to 9"),
                         bridge32::InvalidArgument);
    CHECK_THROWS_AS(zlib.call("compress", "text, not bytes"), bridge32::InvalidArgument);
    CHECK_THROWS_AS(zlib.call("crc32", Bytes("x"), -1), bridge32::InvalidArgument);
}

TEST_CASE("zlib: the kwarg `library` names the library to load") {
    CHECK_THROWS_WITH_AS(bridge32::Client("zlib", {.kwargs = {{"library", "no_such_zlib"}}}),
                         doctest::Contains("no_such_zlib"), bridge32::PluginError);
}

}  // namespace zlib_plugin_test
