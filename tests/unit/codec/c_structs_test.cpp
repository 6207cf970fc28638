// BRIDGE32_STRUCT: fixed-size structs as objects and as attachments.
#include <array>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "unit/codec/codec_test.hpp"

using bridge32::Argument;
using bridge32::Encoder;
using bridge32::Json;
using bridge32::NdArray;
using codec_test::contains;
using codec_test::read;
using codec_test::refusal;
using codec_test::refusal_as;
using codec_test::refusal_of;
using codec_test::round_trip;
using codec_test::sent_as;
using codec_test::text_of;

namespace c_shapes {

struct Point {
    double x;
    double y;
    bool operator==(const Point&) const = default;
};
BRIDGE32_STRUCT(Point, x, y)

enum class Colour : std::uint8_t { red, green };

struct Marked {
    char name[4];
    char key[4];
    char16_t wide[2];
    wchar_t wchars[2];
    std::uint16_t old[2];
    union {
        std::int32_t i;
        float f;
    } either;
    char lines[2][2];
    bool operator==(const Marked& other) const {
        return std::memcmp(this, &other, sizeof other) == 0;
    }
};
BRIDGE32_STRUCT(Marked, (name, latin1), (key, bytes), wide, wchars, (old, utf16), (either, bytes),
                (lines, windows_1252))

struct Everything {
    std::int8_t i8;
    std::uint16_t u16;
    std::int32_t i32;
    std::uint64_t u64;
    float f32;
    bool yes;
    Colour colour;
    char name[6];
    std::int16_t table[2][3];
    std::array<float, 2> pair;
    std::complex<float> z;
    Point at;
    Point path[2];
    char lines[2][4];
    bool operator==(const Everything&) const = default;
};
BRIDGE32_STRUCT(Everything, i8, u16, i32, u64, f32, yes, colour, name, table, pair, z, at, path,
                lines)

#pragma pack(push, 1)
struct Packed {
    std::uint8_t tag;
    double value;
    std::uint16_t crc;
};
#pragma pack(pop)
BRIDGE32_STRUCT(Packed, tag, value, crc)

struct Flag {
    bool on;
    std::uint8_t n;
};
BRIDGE32_STRUCT(Flag, on, n)

}  // namespace c_shapes

namespace {

using c_shapes::Everything;
using c_shapes::Flag;
using c_shapes::Packed;
using c_shapes::Point;

// What 64 members look like.
struct Wide {
    std::int32_t a0, a1, a2, a3, a4, a5, a6, a7, b0, b1, b2, b3, b4, b5, b6, b7, c0, c1, c2, c3, c4,
        c5, c6, c7, d0, d1, d2, d3, d4, d5, d6, d7, e0, e1, e2, e3, e4, e5, e6, e7, f0, f1, f2, f3,
        f4, f5, f6, f7, g0, g1, g2, g3, g4, g5, g6, g7, h0, h1, h2, h3, h4, h5, h6, h7;
};
BRIDGE32_STRUCT(Wide, a0, a1, a2, a3, a4, a5, a6, a7, b0, b1, b2, b3, b4, b5, b6, b7, c0, c1, c2,
                c3, c4, c5, c6, c7, d0, d1, d2, d3, d4, d5, d6, d7, e0, e1, e2, e3, e4, e5, e6, e7,
                f0, f1, f2, f3, f4, f5, f6, f7, g0, g1, g2, g3, g4, g5, g6, g7, h0, h1, h2, h3, h4,
                h5, h6, h7)

// The same object by nlohmann's means, as a client without BRIDGE32_STRUCT may have it.
struct JsonPoint {
    double x = 0;
    double y = 0;
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(JsonPoint, x, y)
};

struct Holder {
    Point point{};
    std::vector<Point> more;
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(Holder, point, more)
};

Everything everything() {
    return {.i8 = -1,
            .u16 = 65535,
            .i32 = -5,
            .u64 = ~std::uint64_t{0},
            .f32 = 0.1f,
            .yes = true,
            .colour = c_shapes::Colour::green,
            .name = "h\xc3\xa9",
            .table = {{1, 2, 3}, {4, 5, 6}},
            .pair = {1.5f, 2.5f},
            .z = {1, -1},
            .at = {1, 2},
            .path = {{3, 4}, {5, 6}},
            .lines = {{'a', 'b', 'c', 'd'}, "e"}};
}

std::string point_dtype() {
    return R"({"names":["x","y"],"formats":["<f8","<f8"],"offsets":[0,8],"itemsize":16})";
}

std::string array_of(const std::string& dtype, const std::string& shape = "[1]") {
    return R"({"$array":{"dtype":)" + dtype + R"(,"shape":)" + shape + R"(,"at":0}})";
}

}  // namespace

TEST_CASE("c structs: a struct is written and read as a JSON object") {
    const Point point{1, 2.5};

    CHECK(text_of(point) == R"({"x":1.0,"y":2.5})");
    CHECK(read<Point>(R"({"y":2.5,"x":1})") == point);
    CHECK(round_trip(point) == point);
    CHECK(round_trip(std::optional(point)) == point);
    CHECK(round_trip(std::map<std::string, Point>{{"a", point}})["a"] == point);
    CHECK(sent_as<JsonPoint>(point).y == 2.5);
    CHECK(sent_as<Point>(JsonPoint{1, 2.5}) == point);
    CHECK(round_trip(everything()) == everything());
    CHECK(text_of(everything()) ==
          R"({"i8":-1,"u16":65535,"i32":-5,"u64":18446744073709551615,"f32":0.1,"yes":true,)"
          R"("colour":1,"name":"hé","table":[[1,2,3],[4,5,6]],"pair":[1.5,2.5],)"
          R"("z":{"$complex":[1.0,-1.0]},"at":{"x":1.0,"y":2.0},)"
          R"("path":[{"x":3.0,"y":4.0},{"x":5.0,"y":6.0}],"lines":["abcd","e"]})");
}

TEST_CASE("c structs: a struct converts to and from Json, also inside other values") {
    const Json json = everything();

    CHECK(json["name"] == "hé");
    CHECK(json["path"][1]["x"] == 5.0);
    CHECK(json.get<Everything>() == everything());
    CHECK(sent_as<Everything>(json) == everything());
    CHECK(sent_as<Json>(everything())["table"] == Json::parse("[[1,2,3],[4,5,6]]"));
    CHECK(round_trip(Holder{{1, 2}, {{3, 4}}}).more[0] == Point{3, 4});
}

TEST_CASE("c structs: a value that does not fit is rejected with the member's name") {
    const auto altered = [](const char* pointer, const Json& value) {
        Json json = everything();
        json[Json::json_pointer(pointer)] = value;
        return refusal<Everything>(json.dump());
    };

    CHECK(altered("/i8", 128) == "at i8: 128 does not fit an int8 (-128 to 127)");
    CHECK(altered("/yes", 1) == "at yes: expected true or false, found 1");
    CHECK(altered("/name", "1234567") == "at name: a string of 7 bytes does not fit a char[6]");
    CHECK(altered("/name", "123456") == "nothing was thrown");
    CHECK(contains(altered("/name", std::string("a\0b", 3)), "zero byte"));
    CHECK(altered("/table/1", {1, 2}) == "at table[1]: expected 3 elements, found 2");
    CHECK(altered("/table/1", {1, 2, 3, 4}) == "at table[1]: expected 3 elements, found 4");
    CHECK(altered("/table/1/2", "x") ==
          "at table[1][2]: expected an integer, found the string \"x\"");
    CHECK(altered("/table", 1) == "at table: expected an array of 2, found 1");
    CHECK(altered("/path/1", Json::object()) ==
          "at path[1]: member `x` of struct Point is missing");
    CHECK(refusal<Point>(R"({"x":1,"y":2,"z":3})") == "struct Point has no member `z`");
    CHECK(refusal<Point>("[1,2]") == "expected a Point (an object), found an array");
    CHECK(refusal<Point>(array_of(point_dtype()), {{nullptr, 0}}) ==
          "expected a Point (an object), found an array");
    Everything bad = everything();
    bad.name[0] = '\xff';
    const Json bytes = Json::binary({0xff, 'b', 'c', 'd', 'e', 'f'});
    std::memcpy(bad.name + 1, "bcdef", 5);
    CHECK(sent_as<Json>(bad)["name"] == bytes);
    CHECK(Json(bad)["name"] == bytes);
    CHECK(sent_as<Json>(std::vector{bad})[0]["name"] == bytes);
    CHECK(round_trip(bad) == bad);
}

TEST_CASE("c structs: markers say what a member is, by value and in arrays") {
    c_shapes::Marked marked{{'\xb5', 'V'}, {'a', 0, 'b'}, {u'x'},  {L'\u00b5'},
                            {'y'},         {1},           {"\x80"}};
    const Json expected{{"name", "\xc2\xb5V"},
                        {"key", Json::binary({'a', 0, 'b', 0})},
                        {"wide", "x"},
                        {"wchars", "\xc2\xb5"},
                        {"old", "y"},
                        {"either", Json::binary({1, 0, 0, 0})},
                        {"lines", {"\xe2\x82\xac", ""}}};

    CHECK(sent_as<Json>(marked) == expected);
    CHECK(sent_as<Json>(std::vector{marked}) == Json::array({expected}));
    CHECK(Json(marked) == expected);
    CHECK(round_trip(marked) == marked);
    CHECK(sent_as<c_shapes::Marked>(expected) == marked);
    CHECK(round_trip(std::vector{marked})[0] == marked);
    auto altered = expected;
    altered["name"] = "\xe2\x82\xac";
    CHECK(contains(refusal_as<c_shapes::Marked>(altered), "at name: "));
    altered["name"] = "12345";
    CHECK(refusal_as<c_shapes::Marked>(altered) ==
          "at name: a string of 5 bytes does not fit a char[4]");
    altered = expected;
    altered["wide"] = "123";
    CHECK(refusal_as<c_shapes::Marked>(altered) ==
          "at wide: a string of 3 characters does not fit a char16_t[2]");
    altered = expected;
    altered["key"] = Json::binary({1});
    CHECK(refusal_as<c_shapes::Marked>(altered) == "at key: 1 bytes do not fit a member of 4");
}

TEST_CASE("c structs: a contiguous range of them is an attachment") {
    const std::vector<Point> points{{1, 2}, {3, 4}};
    const Point plain[] = {{1, 2}, {3, 4}};
    Encoder encoder;

    encoder.value(points);

    CHECK(encoder.text() == array_of(point_dtype(), "[2]"));
    REQUIRE(encoder.attachments().size() == 1);
    CHECK(encoder.attachments()[0].data == points.data());
    CHECK(encoder.attachments()[0].size == 32);
    CHECK(round_trip(points) == points);
    CHECK(sent_as<std::vector<Point>>(plain) == points);
    CHECK(sent_as<std::array<Point, 2>>(std::span<const Point>(points))[1] == points[1]);
    CHECK(sent_as<std::list<Point>>(points).back() == points[1]);
    CHECK(round_trip(std::vector<Point>()).empty());
    CHECK(sent_as<std::vector<Point>>(std::list<Point>{{1, 2}, {3, 4}}) == points);
    CHECK(refusal_as<std::array<Point, 3>>(points) == "expected 3 elements, found 2");
    const NdArray<Point> grid({1, 2}, points);
    CHECK(round_trip(grid) == grid);
    CHECK(sent_as<NdArray<const Point>>(grid)(0, 1) == points[1]);
    CHECK(read<NdArray<Point>>(R"([[{"x":1,"y":2},{"x":3,"y":4}]])") == grid);
    CHECK(sent_as<Json>(grid) == Json::parse(R"([[{"x":1.0,"y":2.0},{"x":3.0,"y":4.0}]])"));
    CHECK(sent_as<std::vector<JsonPoint>>(points)[1].y == 4);
    CHECK(sent_as<std::vector<Everything>>(std::vector{everything()})[0] == everything());
}

TEST_CASE("c structs: a parameter views an array of them in place") {
    const std::vector<Point> points{{1, 2}, {3, 4}};
    Encoder encoder;
    encoder.value(points);
    Argument<std::span<const Point>> span;
    Argument<NdArray<const Point>> array;

    span.decode(encoder.text(), encoder.attachments());
    array.decode(encoder.text(), encoder.attachments());

    CHECK(span.get().data() == points.data());
    CHECK(array.get().data() == points.data());
    span.decode(R"([{"x":1,"y":2}])", {});
    CHECK(span.get()[0] == points[0]);
}

TEST_CASE("c structs: packed structs work with unaligned members") {
    const std::vector<Packed> packed{{1, 2.5, 3}, {4, 5.5, 6}};

    const auto back = round_trip(packed);

    CHECK(contains(text_of(packed), R"("offsets":[0,1,9],"itemsize":11)"));
    CHECK(text_of(back[0]) == R"({"tag":1,"value":2.5,"crc":3})");
    CHECK(text_of(back[1]) == text_of(packed[1]));
    CHECK(text_of(packed[1]) == R"({"tag":4,"value":5.5,"crc":6})");
    const Packed one = read<Packed>(R"({"tag":4,"value":5.5,"crc":6})");
    CHECK(text_of(one) == text_of(packed[1]));
}

TEST_CASE("c structs: a byte other than 0 and 1 is read as true for a bool") {
    const std::uint8_t memory[] = {0, 7, 255, 8};
    const std::string text = array_of(bridge32::detail::struct_layout<Flag>().dtype, "[2]");
    Argument<std::span<const Flag>> view;

    view.decode(text, std::vector<bridge32_attachment>{{memory, 4}});

    const auto flags = view.get();
    CHECK(static_cast<const void*>(flags.data()) != memory);
    CHECK_FALSE(flags[0].on);
    CHECK(flags[1].on);
    CHECK(flags[1].n == 8);
    unsigned char packed_bits = 0;
    std::memcpy(&packed_bits, &flags[1], 1);
    CHECK(packed_bits == 1);
}

TEST_CASE("c structs: the maximum number of members works") {
    Wide wide{};
    wide.h7 = 5;

    CHECK(round_trip(wide).h7 == 5);
    CHECK(round_trip(std::vector{wide})[0].h7 == 5);
}
