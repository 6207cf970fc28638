#include <bit>
#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <random>
#include <string>

#include "unit/codec/codec_test.hpp"

namespace numbers_test {

using bridge32::Json;
using codec_test::contains;
using codec_test::read;
using codec_test::refusal;
using codec_test::refusal_as;
using codec_test::refusal_of;
using codec_test::round_trip;
using codec_test::sent_as;
using codec_test::text_of;

namespace {

// `number` plus or minus one, in decimal.
std::string next_up(std::string number) {
    for (auto digit = number.rbegin();; ++digit) {
        if (*digit != '9') {
            ++*digit;
            return number;
        }
        *digit = '0';
    }
}

template <class T>
std::uint64_t bits(T value) {
    if constexpr (sizeof(T) == 4) {
        return std::bit_cast<std::uint32_t>(value);
    } else {
        return std::bit_cast<std::uint64_t>(value);
    }
}

const double kInfinity = std::numeric_limits<double>::infinity();
const double kNaN = std::numeric_limits<double>::quiet_NaN();

enum class Level : std::uint8_t { low = 1, high = 255 };
enum Plain { first = 3 };

}  // namespace

TEST_CASE_TEMPLATE("numbers: integers keep their extremes, one past is refused", T, char,
                   signed char, unsigned char, short, unsigned short, int, unsigned, long,
                   unsigned long, long long, unsigned long long) {
    using Limits = std::numeric_limits<T>;
    const std::string least = std::to_string(Limits::min());
    const std::string most = std::to_string(Limits::max());
    const std::string below = least == "0" ? "-1" : next_up(least);

    CHECK(round_trip<T>(Limits::min()) == Limits::min());
    CHECK(round_trip<T>(Limits::max()) == Limits::max());
    CHECK(round_trip<T>(T{0}) == 0);
    CHECK(text_of(Limits::max()) == most);
    CHECK(contains(refusal<T>(next_up(most)), next_up(most) + " does not fit a"));
    CHECK(contains(refusal<T>(below), "(" + least + " to " + most + ")"));
    CHECK(contains(refusal<T>("123456789012345678901234567890"), "does not fit a"));
    CHECK(contains(refusal<T>("1e300"), "does not fit a"));
    CHECK(contains(refusal<T>("-1e300"), "does not fit a"));
    CHECK(read<T>("-0") == 0);
    CHECK(read<T>("2.0") == 2);
    CHECK(read<T>("1e2") == 100);
    CHECK(read<T>("-0.0") == 0);
    CHECK(refusal<T>("1.5") == "expected an integer, found 1.5");
    CHECK(refusal<T>("1e-5") == "expected an integer, found 1e-05");
    CHECK(refusal<T>("true") == "expected an integer, found true");
    CHECK(refusal<T>("null") == "expected an integer, found null");
    CHECK(refusal<T>("\"1\"") == "expected an integer, found the string \"1\"");
    CHECK(refusal<T>("[1]") == "expected an integer, found an array");
    CHECK(refusal_as<T>(kNaN) == "expected an integer, found NaN");
    CHECK(refusal_as<T>(-kInfinity) == "expected an integer, found -Infinity");
}

TEST_CASE("numbers: a number that does not fit says so in full") {
    CHECK(refusal<std::int32_t>("1099511627776") ==
          "1099511627776 does not fit an int32 (-2147483648 to 2147483647)");
    CHECK(refusal<std::uint8_t>("-1") == "-1 does not fit a uint8 (0 to 255)");
    CHECK(refusal<float>("1e300") ==
          "1e300 does not fit a float32 (-3.4028235e+38 to 3.4028235e+38)");
    CHECK(refusal<double>("\"abc\"") == "expected a number, found the string \"abc\"");
    CHECK(refusal<double>("9007199254740993") ==
          "9007199254740993 cannot be represented exactly by a float64");
}

TEST_CASE("numbers: real numbers at the edge of 64-bit integers") {
    CHECK(read<std::int64_t>("9223372036854774784.0") == 9223372036854774784);
    CHECK(contains(refusal<std::int64_t>("9223372036854775808.0"), "does not fit an int64"));
    CHECK(read<std::int64_t>("-9223372036854775808.0") == std::numeric_limits<std::int64_t>::min());
    CHECK(contains(refusal<std::int64_t>("-9223372036854777856.0"), "does not fit an int64"));
    CHECK(read<std::uint64_t>("18446744073709549568.0") == 18446744073709549568u);
    CHECK(contains(refusal<std::uint64_t>("18446744073709551616.0"), "does not fit a uint64"));
    CHECK(contains(refusal<std::uint64_t>("-1.0"), "does not fit a uint64"));
}

TEST_CASE("numbers: an integer for a real parameter must be exactly representable") {
    CHECK(read<double>("0") == 0);
    CHECK(std::signbit(read<double>("-0")));
    CHECK(read<double>("9007199254740992") == 9007199254740992.0);
    CHECK(read<double>("9007199254740994") == 9007199254740994.0);
    CHECK(read<double>("-9007199254740992") == -9007199254740992.0);
    CHECK(refusal<double>("-9007199254740993") != "nothing was thrown");
    CHECK(refusal<double>("9223372036854775807") != "nothing was thrown");
    CHECK(read<double>("9223372036854775808") == 0x1p63);
    CHECK(refusal<double>("18446744073709551615") != "nothing was thrown");
    CHECK(read<double>("18446744073709551616") == 0x1p64);
    CHECK(read<double>("1" + std::string(22, '0')) == 1e22);
    CHECK(refusal<double>("1" + std::string(23, '0')) != "nothing was thrown");
    CHECK(read<float>("16777216") == 16777216.0f);
    CHECK(refusal<float>("16777217") == "16777217 cannot be represented exactly by a float32");
    CHECK(read<float>("16777218") == 16777218.0f);
    CHECK(contains(refusal<float>("1" + std::string(39, '0')), "does not fit a float32"));
}

TEST_CASE("numbers: a double for a float parameter is rounded, not cut off") {
    CHECK(read<float>("0.1") == 0.1f);
    CHECK(read<float>("1e-300") == 0.0f);
    CHECK(sent_as<float>(3.141592653589793) == 3.1415927f);
    CHECK(contains(refusal_as<float>(1e39), "1e+39 does not fit a float32"));
    CHECK(sent_as<float>(static_cast<double>(std::numeric_limits<float>::max())) ==
          std::numeric_limits<float>::max());
}

TEST_CASE("numbers: doubles come back bit for bit") {
    std::mt19937_64 random(7);  // NOLINT: the same numbers every time
    for (int i = 0; i < 100'000; ++i) {
        const auto value = std::bit_cast<double>(std::uint64_t{random()});
        if (!std::isnan(value) && bits(round_trip(value)) != bits(value)) {
            CAPTURE(value);
            CHECK(bits(round_trip(value)) == bits(value));
        }
    }
    using Limits = std::numeric_limits<double>;
    for (const double value : {0.0,
                               -0.0,
                               1.0,
                               -1.0,
                               0.1,
                               1e22,
                               1e23,
                               1e5,
                               123456.0,
                               1e-7,
                               Limits::max(),
                               Limits::lowest(),
                               Limits::min(),
                               Limits::denorm_min(),
                               -Limits::denorm_min(),
                               Limits::epsilon(),
                               2.2250738585072011e-308,
                               9007199254740993.0,
                               0x1p63,
                               kInfinity,
                               -kInfinity}) {
        CAPTURE(value);
        CHECK(bits(round_trip(value)) == bits(value));
        CHECK(bits(sent_as<Json>(value).get<double>()) == bits(value));
        CHECK(bits(sent_as<double>(Json(value))) == bits(value));
    }
}

TEST_CASE("numbers: floats come back bit for bit") {
    std::mt19937 random(8);  // NOLINT: the same numbers every time
    for (int i = 0; i < 100'000; ++i) {
        const auto value = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
        if (!std::isnan(value) && bits(round_trip(value)) != bits(value)) {
            CAPTURE(value);
            CHECK(bits(round_trip(value)) == bits(value));
        }
    }
    using Limits = std::numeric_limits<float>;
    for (const float value : {0.0f, -0.0f, 0.1f, Limits::max(), Limits::lowest(), Limits::min(),
                              Limits::denorm_min(), Limits::infinity(), -Limits::infinity()}) {
        CAPTURE(value);
        CHECK(bits(round_trip(value)) == bits(value));
    }
}

TEST_CASE("numbers: real numbers look real in the text") {
    CHECK(text_of(1.0) == "1.0");
    CHECK(text_of(-0.0) == "-0.0");
    CHECK(text_of(100000.0f) == "1e+05");
    CHECK(text_of(0.1f) == "0.1");
    CHECK(text_of(kInfinity) == R"({"$float":"Infinity"})");
    CHECK(text_of(-std::numeric_limits<float>::infinity()) == R"({"$float":"-Infinity"})");
    CHECK(text_of(kNaN) == R"({"$float":"NaN"})");
    CHECK(text_of(std::numeric_limits<float>::quiet_NaN()) == R"({"$float":"NaN"})");
}

TEST_CASE("numbers: every quiet NaN keeps its bits") {
    for (const std::uint64_t pattern :
         {0x7ff8000000000000u, 0xfff8000000000000u, 0x7ff8000000000001u, 0xffffffffffffffffu}) {
        CHECK(bits(round_trip(std::bit_cast<double>(std::uint64_t{pattern}))) == pattern);
    }
    for (const std::uint32_t pattern : {0x7fc00000u, 0xffc00000u, 0x7fc00001u, 0xffffffffu}) {
        CHECK(bits(round_trip(std::bit_cast<float>(pattern))) == pattern);
    }
    CHECK(text_of(std::bit_cast<double>(std::uint64_t{0x7ff8000000000001u})) ==
          R"({"$float":"nan:7ff8000000000001"})");
    CHECK(text_of(std::bit_cast<double>(std::uint64_t{0x7ff0000000000001u})) ==
          R"({"$float":"nan:7ff0000000000001"})");
    CHECK(text_of(std::bit_cast<float>(std::uint32_t{0xffc00001u})) ==
          R"({"$float":"nan:ffc00001"})");
}

TEST_CASE("numbers: a NaN of the other width is read as a NaN") {
    CHECK(bits(read<double>(R"({"$float":"nan:ffc00001"})")) == 0xfff8000020000000u);
    CHECK(bits(read<float>(R"({"$float":"nan:fff8000020000000"})")) == 0xffc00001u);
    CHECK(std::isnan(read<float>(R"({"$float":"nan:7ff0000000000001"})")));
}

TEST_CASE("numbers: a malformed $float is refused") {
    for (const char* text : {R"({"$float":"nan"})", R"({"$float":"inf"})", R"({"$float":1})",
                             R"({"$float":"nan:7ff0000000000000"})", R"({"$float":"nan:zz"})",
                             R"({"$float":"nan:3ff8000000000000"})", R"({"$float":"nan:7fc0000g"})",
                             R"({"$float":"NaN","x":1})", R"({"$float":"\u004eaN"})",
                             R"({"$float":"nan:+fc00001"})"}) {
        CAPTURE(text);
        CHECK(refusal<double>(text) != "nothing was thrown");
        CHECK(refusal<Json>(text) != "nothing was thrown");
    }
}

TEST_CASE("numbers: bool is strictly bool") {
    CHECK(round_trip(true));
    CHECK_FALSE(round_trip(false));
    CHECK(refusal<bool>("1") == "expected true or false, found 1");
    CHECK(refusal<bool>("0.0") == "expected true or false, found 0.0");
    CHECK(refusal<bool>("null") == "expected true or false, found null");
    CHECK(refusal<double>("true") == "expected a number, found true");
}

TEST_CASE("numbers: complex") {
    const std::complex<double> value(1.5, -0.0);
    CHECK(text_of(value) == R"({"$complex":[1.5,-0.0]})");
    CHECK(round_trip(value) == value);
    CHECK(std::signbit(round_trip(value).imag()));
    CHECK(std::isnan(round_trip(std::complex<float>(0, NAN)).imag()));
    CHECK(read<std::complex<double>>("3") == 3.0);
    CHECK(refusal<double>(R"({"$complex":[1,2]})") == "expected a number, found a complex number");
    CHECK(refusal<std::complex<double>>(R"({"$complex":[1]})") ==
          "a complex number must have two parts");
    CHECK(refusal<std::complex<double>>(R"({"$complex":[1,2,3]})") ==
          "a complex number must have two parts");
    CHECK(contains(refusal<std::complex<float>>(R"({"$complex":[1,1e300]})"), "does not fit"));
}

TEST_CASE("numbers: complex, as an untyped value has it") {
    const std::complex<double> value(1.5, -2);

    CHECK(sent_as<std::complex<double>>(sent_as<bridge32::Json>(value)) == value);
    CHECK(sent_as<std::vector<std::complex<double>>>(
              sent_as<bridge32::Json>(std::vector{value, value}))[1] == value);
    CHECK(refusal<std::complex<double>>("[1]") == "a complex number must have two parts");
    CHECK(refusal<std::complex<double>>("[1,2,3]") == "a complex number must have two parts");
}

TEST_CASE("numbers: an untyped integer has 64 bits, or is refused") {
    CHECK(read<bridge32::Json>("18446744073709551615") == ~std::uint64_t{0});
    CHECK(refusal<bridge32::Json>("18446744073709551616") ==
          "18446744073709551616 does not fit 64 bits");
    CHECK(contains(refusal<bridge32::Json>("[-9223372036854775809]"), "does not fit 64 bits"));
    CHECK(sent_as<bridge32::Json>(0x1p64) == 0x1p64);
}

TEST_CASE("numbers: a long double is a double, or refused") {
    CHECK(round_trip(0.5L) == 0.5L);
    CHECK(text_of(0.5L) == "0.5");
    if (sizeof(long double) > sizeof(double)) {
        CHECK(contains(refusal_of([] { text_of(1.0L / 3); }), "cannot be represented exactly"));
    }
}

TEST_CASE("numbers: an enum is its underlying integer") {
    CHECK(text_of(Level::high) == "255");
    CHECK(round_trip(Level::high) == Level::high);
    CHECK(round_trip(first) == first);
    CHECK(contains(refusal<Level>("256"), "does not fit a uint8"));
    CHECK(contains(refusal<Level>("\"high\""), "expected an integer"));
}

}  // namespace numbers_test
