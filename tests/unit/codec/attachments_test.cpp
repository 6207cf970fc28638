#include <algorithm>
#include <bit>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <list>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "unit/codec/codec_test.hpp"

namespace attachments_test {

using bridge32::Bytes;
using bridge32::Encoder;
using bridge32::Json;
using bridge32::NdArray;
using codec_test::contains;
using codec_test::read;
using codec_test::refusal;
using codec_test::refusal_as;
using codec_test::round_trip;
using codec_test::sent_as;
using codec_test::text_of;

namespace {

template <class T>
std::string array_text(const std::string& shape, const std::string& at = "0") {
    return R"({"$array":{"dtype":")" + std::string(bridge32::detail::dtype_of<T>()) +
           R"(","shape":)" + shape + R"(,"at":)" + at + "}}";
}

}  // namespace

TEST_CASE("attachments: numbers travel beside the text, uncopied") {
    const std::vector<double> x{1, 2, 3};
    Encoder encoder;

    encoder.value(x);

    CHECK(encoder.text() == R"({"$array":{"dtype":"<f8","shape":[3],"at":0}})");
    REQUIRE(encoder.attachments().size() == 1);
    CHECK(encoder.attachments()[0].data == x.data());
    CHECK(encoder.attachments()[0].size == 24);
    encoder.clear();
    CHECK(encoder.text().empty());
    CHECK(encoder.attachments().empty());
}

TEST_CASE("attachments: each value of a message has its own") {
    const std::vector<std::uint16_t> x{1};
    const float y[] = {2, 3};
    Encoder encoder;

    encoder.value(std::tie(x, y));

    CHECK(encoder.text() == R"([{"$array":{"dtype":"<u2","shape":[1],"at":0}},)"
                            R"({"$array":{"dtype":"<f4","shape":[2],"at":1}}])");
}

TEST_CASE_TEMPLATE("attachments: every element type comes back bit for bit", T, char, std::int8_t,
                   std::uint8_t, std::int16_t, std::uint16_t, std::int32_t, std::uint32_t,
                   std::int64_t, std::uint64_t, long, unsigned long, long long, float, double) {
    using Limits = std::numeric_limits<T>;
    std::vector<T> values{T{0}, T{1}, Limits::min(), Limits::max(), Limits::lowest()};
    if constexpr (std::is_floating_point_v<T>) {
        values.insert(values.end(), {Limits::infinity(), -Limits::infinity(), -T{},
                                     Limits::quiet_NaN(), Limits::denorm_min()});
    }

    const auto back = round_trip(values);

    REQUIRE(back.size() == values.size());
    CHECK(std::memcmp(back.data(), values.data(), values.size() * sizeof(T)) == 0);
    CHECK(round_trip(std::vector<T>{}).empty());
    CHECK(round_trip(std::array<T, 2>{T{1}, T{2}}) == std::array<T, 2>{T{1}, T{2}});
}

TEST_CASE("attachments: dtypes are NumPy's") {
    CHECK(contains(text_of(std::vector<char>(1)), "|i1"));
    CHECK(contains(text_of(std::vector<std::uint8_t>(1)), "|u1"));
    CHECK(contains(text_of(std::vector<long long>(1)), "<i8"));
    CHECK(contains(text_of(std::vector<std::complex<float>>(1)), "<c8"));
    CHECK(contains(text_of(std::vector<std::complex<double>>(1)), "<c16"));
    CHECK(contains(text_of(std::vector<long>(1)), sizeof(long) == 8 ? "<i8" : "<i4"));
}

TEST_CASE("attachments: signalling NaNs in arrays are preserved") {
    const std::uint64_t pattern = 0x7ff0000000000001u;
    // Two: 32-bit Windows returns a struct with a single double in an x87 register, which quiets
    // it.
    std::vector<double> values(2);
    std::memcpy(&values[1], &pattern, sizeof pattern);

    const auto back = round_trip(values);
    const auto fixed = sent_as<std::array<double, 2>>(values);

    CHECK(std::memcmp(&back[1], &pattern, sizeof pattern) == 0);
    CHECK(std::memcmp(&fixed[1], &pattern, sizeof pattern) == 0);
}

TEST_CASE("attachments: another element type is converted, with checks") {
    const std::vector<double> whole{1, -2, 0.0};
    const std::vector<double> half{1, 2.5};

    CHECK(sent_as<std::vector<int>>(whole) == std::vector{1, -2, 0});
    CHECK(sent_as<std::vector<float>>(std::vector{0.1}) == std::vector{0.1f});
    CHECK(sent_as<std::vector<double>>(std::vector<std::int64_t>{1 << 20}) ==
          std::vector{1048576.0});
    CHECK(sent_as<std::vector<std::complex<float>>>(std::vector{1, 2}) ==
          std::vector<std::complex<float>>{1.0f, 2.0f});
    CHECK(sent_as<std::list<int>>(whole) == std::list{1, -2, 0});
    CHECK(sent_as<std::set<std::int8_t>>(whole) == std::set<std::int8_t>{-2, 0, 1});
    CHECK(refusal_as<std::vector<int>>(half) == "at [1]: expected an integer, found 2.5");
    CHECK(refusal_as<std::list<int>>(half) == "at [1]: expected an integer, found 2.5");
    CHECK(refusal_as<std::vector<std::uint8_t>>(std::vector{1, 256}) ==
          "at [1]: 256 does not fit a uint8 (0 to 255)");
    CHECK(contains(refusal_as<std::vector<int>>(std::vector{NAN}), "found NaN"));
    CHECK(contains(refusal_as<std::vector<float>>(std::vector{1e300}), "does not fit a float32"));
    CHECK(contains(refusal_as<std::vector<double>>(std::vector{INT64_MAX}), "exactly"));
    CHECK(contains(refusal_as<std::vector<std::int64_t>>(std::vector{UINT64_MAX}), "does not fit"));
    CHECK(contains(refusal_as<std::vector<double>>(std::vector<std::complex<double>>{1.0}),
                   "expected a number, found the complex number"));
    CHECK(refusal_as<std::vector<bool>>(whole) == "at [0]: expected true or false, found 1.0");
}

TEST_CASE("attachments: a JSON array is accepted as an array of numbers") {
    CHECK(read<std::vector<int>>("[1,2.0,3]") == std::vector{1, 2, 3});
    CHECK(read<std::vector<double>>("[]").empty());
    CHECK(refusal<std::vector<std::uint8_t>>("[1,-1]") ==
          "at [1]: -1 does not fit a uint8 (0 to 255)");
    CHECK(sent_as<std::vector<double>>(Json{1, 2.5}) == std::vector{1.0, 2.5});
}

TEST_CASE("attachments: an array of bools is decoded") {
    const std::uint8_t data[] = {0, 1, 7};
    const std::vector<bridge32_attachment> attached{{data, 3}};

    CHECK(read<std::vector<bool>>(array_text<bool>("[3]"), attached) ==
          std::vector{false, true, true});
    CHECK(read<Json>(array_text<bool>("[3]"), attached) == Json{false, true, true});
    CHECK(refusal<std::vector<int>>(array_text<bool>("[3]"), attached) ==
          "at [0]: expected an integer, found false");
}

TEST_CASE("attachments: bytes") {
    const Bytes bytes(std::string_view("\0\xff\x80", 3));
    const std::vector<std::byte> plain(2, std::byte{7});

    CHECK(text_of(bytes) == R"({"$bytes":{"at":0}})");
    CHECK(round_trip(bytes) == bytes);
    CHECK(round_trip(Bytes()).size() == 0);
    CHECK(round_trip(plain) == plain);
    CHECK(round_trip(std::array<std::byte, 1>{}) == std::array<std::byte, 1>{});
    CHECK(sent_as<std::vector<std::uint8_t>>(bytes) == std::vector<std::uint8_t>{0, 255, 128});
    CHECK(sent_as<Bytes>(std::vector<std::uint8_t>{0, 255, 128}) == bytes);
    CHECK(sent_as<Bytes>(Json::binary({1, 2})) == Bytes(std::vector<std::uint8_t>{1, 2}));
    CHECK(refusal<Bytes>("\"abc\"") == "expected bytes, found the string \"abc\"");
    CHECK(refusal_as<Bytes>(std::vector{1.5}) == "expected bytes, found an array");
    CHECK(contains(refusal_as<std::array<std::byte, 2>>(bytes), "expected 2 elements, found 3"));
    CHECK(refusal_as<std::vector<double>>(bytes) == "expected an array of numbers, found bytes");
    CHECK(refusal_as<std::set<int>>(bytes) == "expected an array of numbers, found bytes");
    CHECK(refusal_as<std::vector<double>>(std::vector{(std::int64_t{1} << 60) + 1}) ==
          "at [0]: 1152921504606846977 cannot be represented exactly by a float64");
    CHECK(sent_as<std::vector<double>>(std::vector{-(std::int64_t{1} << 60)})[0] == -0x1p60);
    CHECK(sent_as<std::vector<float>>(std::vector{~std::uint64_t{0} << 40})[0] == 0x1.fffffep63f);
}

TEST_CASE("attachments: n-dimensional arrays") {
    NdArray<std::int32_t> array({2, 3});
    for (int i = 0; i < 2; ++i) {
        for (int j = 0; j < 3; ++j) {
            array(i, j) = 10 * i + j;
        }
    }
    const NdArray<double> scalar({}, {4.5});
    const NdArray<double> empty({2, 0, 3});

    CHECK(text_of(array) == R"({"$array":{"dtype":"<i4","shape":[2,3],"at":0}})");
    CHECK(round_trip(array) == array);
    CHECK(array.data()[4] == 11);
    CHECK(round_trip(scalar) == scalar);
    CHECK(round_trip(empty) == empty);
    CHECK(sent_as<NdArray<float>>(array)(1, 2) == 12.0f);
    CHECK(sent_as<Json>(array) == Json::parse("[[0,1,2],[10,11,12]]"));
    CHECK(read<NdArray<std::int32_t>>("[[0,1,2],[10,11,12]]") == array);
    CHECK(read<NdArray<double>>("[[[],[]]]").shape() == std::vector<std::uint64_t>{1, 2, 0});
    CHECK(read<NdArray<double>>("[]").shape() == std::vector<std::uint64_t>{0});
    CHECK(read<NdArray<double>>("4.5") == scalar);
    CHECK(refusal_as<std::vector<int>>(array) ==
          "expected an array with one dimension, found one with 2");
    for (const char* ragged :
         {"[[1],[2,3]]", "[[1],2]", "[1,[2]]", "[[],[1]]", "[[],1]", "[1,[]]", "[[1],[[2]]]"}) {
        CAPTURE(ragged);
        CHECK(contains(refusal<NdArray<int>>(ragged), "have different sizes"));
    }
    CHECK(refusal<NdArray<int>>("[[1,2],[3,\"x\"]]") ==
          "at [1][1]: expected an integer, found the string \"x\"");
    CHECK(contains(refusal<NdArray<int>>(std::string(33, '[') + std::string(33, ']')),
                   "more than 32 dimensions"));
}

TEST_CASE("attachments: an impossible shape of an n-dimensional array is rejected") {
    const std::vector<double> three(3);
    CHECK_THROWS_AS(NdArray<double>({2, 2}, three), std::invalid_argument);
    CHECK_THROWS_AS(NdArray<double>({1u << 31, 1u << 31, 4}), std::length_error);
    CHECK_THROWS_AS(NdArray<double>(std::vector<std::uint64_t>(33, 1)), std::length_error);
}

TEST_CASE("attachments: malformed input from a hostile peer is rejected") {
    alignas(8) const char data[32] = {};
    const std::vector<bridge32_attachment> attached{{data, 24}};
    const auto refused = [&](const std::string& text) {
        CAPTURE(text);
        CHECK(refusal<std::vector<double>>(text, attached) != "nothing was thrown");
        CHECK(refusal<NdArray<double>>(text, attached) != "nothing was thrown");
        CHECK(refusal<std::list<int>>(text, attached) != "nothing was thrown");
        CHECK(refusal<Json>(text, attached) != "nothing was thrown");
        bridge32::Argument<std::span<const double>> argument;
        CHECK_THROWS_AS(argument.decode(text, attached), bridge32::CodecError);
    };
    CHECK(refusal<Json>(array_text<double>("[3]"), attached) == "nothing was thrown");

    SUBCASE("the index of the attachment") {
        for (const char* at :
             {"1", "-1", "4294967295", "4294967296", "1e300", "0.5", "null", "[0]"}) {
            refused(array_text<double>("[3]", at));
            CHECK(refusal<Bytes>(R"({"$bytes":{"at":)" + std::string(at) + "}}", attached) !=
                  "nothing was thrown");
        }
        CHECK(refusal<Bytes>(R"({"$bytes":{"at":0}})") == "no attachment 0; the message has 0");
    }
    SUBCASE("the shape") {
        for (const char* shape :
             {"[2]", "[4]", "[0]", "[]", "[3,0]", "[3,2]", "[-3]", "[3.5]", "[\"3\"]", "3", "null",
              "[18446744073709551615]", "[2305843009213693955]", "[4294967296,4294967296]",
              "[4294967296,4294967296,3]", "[9223372036854775808,2,3]", "[18446744073709551616]",
              "[18446744073709551615,18446744073709551615,0]",
              "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,3]"}) {
            refused(array_text<double>(shape));
        }
    }
    SUBCASE("the dtype") {
        for (const char* dtype : {">f8", "f8", "<f16", "", "<c32", "|O", "<U8", "float64"}) {
            refused(R"({"$array":{"dtype":")" + std::string(dtype) + R"(","shape":[3],"at":0}})");
        }
    }
    SUBCASE("the members") {
        for (const char* text :
             {R"({"$array":{"dtype":"<f8","shape":[3]}})", R"({"$array":{"dtype":"<f8","at":0}})",
              R"({"$array":{"shape":[3],"at":0}})", R"({"$array":{}})", R"({"$array":[]})",
              R"({"$array":1})", R"({"$array":{"dtype":8,"shape":[3],"at":0}})",
              R"({"$array":{"dtype":"<f8","shape":[3],"at":0,"order":"?"}})",
              R"({"$array":{"dtype":"<f8","shape":[3],"at":0},"x":1})",
              R"({"$array":{"dtype":"<f8","shape":[3],"at":0},"$bytes":{"at":0}})",
              R"({"$arrays":{"dtype":"<f8","shape":[3],"at":0}})", R"({"$":1})",
              R"({"x":1,"$array":{"dtype":"<f8","shape":[3],"at":0}})", R"({"$bytes":{}})",
              R"({"$bytes":{"at":0,"x":1}})", R"({"$bytes":0})"}) {
            refused(text);
        }
    }
    SUBCASE("a size that is no multiple of the element's") {
        const std::vector<bridge32_attachment> odd{{data, 25}};
        CHECK(contains(refusal<std::vector<double>>(array_text<double>("[3]"), odd),
                       "the array's shape needs 24 bytes, attachment 0 has 25"));
    }
    SUBCASE("an escaped tag is the same tag") {
        CHECK(read<std::vector<double>>(
                  R"({"\u0024array":{"dtype":"\u003cf8","shape":[3],"at":0}})", attached) ==
              std::vector<double>(3));
    }
}

TEST_CASE("attachments: an array without elements does not unfold") {
    const std::vector<bridge32_attachment> attached{{nullptr, 0}};

    CHECK(read<Json>(array_text<double>("[1000000000,0]"), attached) == Json::array());
    CHECK(read<std::vector<double>>(array_text<double>("[0]"), attached).empty());
    CHECK(read<Bytes>(R"({"$bytes":{"at":0}})", attached).size() == 0);
}

TEST_CASE("attachments: data that is not aligned is copied") {
    alignas(8) std::byte memory[25];
    const std::vector<double> values{1.5, -2.5, 3};
    std::memcpy(memory + 1, values.data(), 24);
    const std::vector<bridge32_attachment> attached{{memory + 1, 24}};

    CHECK(read<std::vector<double>>(array_text<double>("[3]"), attached) == values);
    CHECK(read<std::list<int>>(R"({"$array":{"dtype":"|u1","shape":[0],"at":0}})", {{memory, 0}})
              .empty());
    CHECK(read<NdArray<double>>(array_text<double>("[3,1]"), attached)(1, 0) == -2.5);
    bridge32::Argument<std::span<const double>> argument;
    argument.decode(array_text<double>("[3]"), attached);
    CHECK(std::ranges::equal(argument.get(), values));
}

}  // namespace attachments_test
