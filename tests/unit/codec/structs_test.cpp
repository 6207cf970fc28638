#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "unit/codec/codec_test.hpp"

using bridge32::Bytes;
using bridge32::Codec;
using bridge32::CodecError;
using bridge32::Decoder;
using bridge32::Encoder;
using bridge32::Json;
using codec_test::contains;
using codec_test::read;
using codec_test::refusal;
using codec_test::round_trip;
using codec_test::text_of;

namespace shapes {

struct Point {
    int x = 0;
    std::int64_t y = 0;
    float z = 0;
    bool on = false;
    bool operator==(const Point&) const = default;
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(Point, x, y, z, on)
};

struct Line {
    std::vector<Point> points;
    std::map<std::string, std::uint8_t> marks;
    bool operator==(const Line&) const = default;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Line, points, marks)

struct Picture {
    Bytes pixels;
    std::string name;
    bool operator==(const Picture&) const = default;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Picture, pixels, name)

enum class Color { none, red, green };
NLOHMANN_JSON_SERIALIZE_ENUM(Color,
                             {{Color::none, nullptr}, {Color::red, "red"}, {Color::green, "green"}})

// Only one way each.
struct Report {
    int lines = 0;
};
void to_json(Json& json, const Report& report) { json = {{"lines", report.lines}}; }
struct Order {
    int count = 0;
};
void from_json(const Json& json, Order& order) {
    order.count = json.at("count").get<int>();
    if (order.count == 0) {
        throw std::domain_error("an order of nothing");
    }
}

// A range that has a to_json, which counts.
struct Polygon : std::vector<Point> {
    using std::vector<Point>::vector;
};
void to_json(Json& json, const Polygon& polygon) { json = {{"corners", polygon.size()}}; }
void from_json(const Json& json, Polygon& polygon) {
    polygon.resize(json.at("corners").get<std::size_t>());
}

// A Codec of its own: nothing is converted to Json.
struct Image {
    int width = 0;
    std::vector<std::uint16_t> pixels;
    bool operator==(const Image&) const = default;
};

// And one for a template.
template <class T>
struct Boxed {
    T value;
    bool operator==(const Boxed&) const = default;
};

}  // namespace shapes

template <>
struct bridge32::Codec<shapes::Image> {
    static void encode(Encoder& out, const shapes::Image& image) {
        out.begin_object();
        out.key("width");
        out.value(image.width);
        out.key("pixels");
        out.value(image.pixels);
        out.end_object();
    }
    static shapes::Image decode(Decoder& in) {
        shapes::Image image;
        in.reader().enter_object();
        while (const auto name = in.next_key()) {
            if (*name == "width") {
                image.width = in.value<int>();
            } else if (*name == "pixels") {
                image.pixels = in.value<std::vector<std::uint16_t>>();
            } else {
                throw CodecError("an image has no member " + std::string(*name));
            }
        }
        return image;
    }
};

template <class T>
struct bridge32::Codec<shapes::Boxed<T>> {
    static void encode(Encoder& out, const shapes::Boxed<T>& box) { out.value(box.value); }
    static shapes::Boxed<T> decode(Decoder& in) { return {in.value<T>()}; }
};

TEST_CASE("structs: come back through nlohmann's to_json and from_json") {
    const shapes::Point point{1, std::numeric_limits<std::int64_t>::min(), 0.1f, true};
    const shapes::Line line{{point, {}}, {{"a", 255}, {"$b", 0}}};

    CHECK(round_trip(point) == point);
    CHECK(round_trip(line) == line);
    CHECK(round_trip(std::vector{line, line}) == std::vector{line, line});
    CHECK(round_trip(std::optional(point)) == point);
    CHECK(read<shapes::Point>(R"({"x":2.0,"y":1e3,"z":1,"on":false,"more":[1]})") ==
          shapes::Point{2, 1000, 1, false});
    CHECK(text_of(shapes::Report{3}) == R"({"lines":3})");
    CHECK(read<shapes::Order>(R"({"count":3})").count == 3);
    CHECK(text_of(shapes::Polygon(4)) == R"({"corners":4})");
    CHECK(round_trip(shapes::Polygon(4)).size() == 4);
    CHECK(round_trip(std::filesystem::path("/a/b")) == "/a/b");
}

TEST_CASE("structs: a number that nlohmann would alter in silence is refused") {
    const auto point = [](const std::string& member) {
        return R"({"x":1,"y":1,"z":1,"on":true,)" + member + "}";
    };
    CHECK(refusal<shapes::Point>(point(R"("x":1099511627776)")) ==
          "at x: 1099511627776 does not fit; it would become 0");
    CHECK(refusal<shapes::Point>(point(R"("x":1.5)")) ==
          "at x: 1.5 does not fit; it would become 1");
    CHECK(refusal<shapes::Point>(point(R"("x":true)")) ==
          "at x: true does not fit; it would become 1");
    CHECK(contains(refusal<shapes::Point>(point(R"("y":9223372036854775808)")), "at y: "));
    CHECK(contains(refusal<shapes::Point>(point(R"("y":0.5)")), "at y: "));
    CHECK(contains(refusal<shapes::Point>(point(R"("z":16777217)")), "at z: "));
    CHECK(contains(refusal<shapes::Point>(point(R"("z":1e300)")), "at z: "));
    CHECK(read<shapes::Point>(point(R"("z":0.1)")).z == 0.1f);
    CHECK(refusal<shapes::Line>(R"({"points":[],"marks":{"m":256}})") ==
          "at marks.m: 256 does not fit; it would become 0");
    CHECK(contains(refusal<std::vector<shapes::Line>>(
                       R"([{"marks":{},"points":[{"x":1,"y":1,"z":1,"on":true},)"
                       R"({"x":-1e10,"y":1,"z":1,"on":true}]}])"),
                   "at [0].points[1].x: -10000000000.0 does not fit"));
}

TEST_CASE("structs: nlohmann's errors become CodecError, the user's exceptions are kept") {
    CHECK(refusal<shapes::Point>(R"({"x":"a","y":1,"z":1,"on":true})") ==
          "type must be number, but is string");
    CHECK(refusal<shapes::Point>(R"({"x":1})") == "key 'y' not found");
    CHECK(refusal<shapes::Point>(R"({"x":1,"y":1,"z":1,"on":1})") ==
          "type must be boolean, but is number");
    CHECK(contains(refusal<shapes::Point>("[]"), "cannot use at() with array"));
    CHECK_THROWS_AS(read<shapes::Order>(R"({"count":0})"), std::domain_error);
}

TEST_CASE("structs: bytes in a struct are attached, and live as long as the message") {
    const shapes::Picture picture{Bytes("\x01\x02"), "dots"};
    Encoder encoder;

    encoder.value(picture);

    CHECK(encoder.text() == R"({"name":"dots","pixels":{"$bytes":{"at":0}}})");
    CHECK(bridge32::decode<shapes::Picture>(encoder.text(), encoder.attachments()) == picture);
}

TEST_CASE("structs: an enum with names is written by name") {
    CHECK(text_of(shapes::Color::red) == "\"red\"");
    CHECK(round_trip(shapes::Color::green) == shapes::Color::green);
    CHECK(round_trip(shapes::Color::none) == shapes::Color::none);
    CHECK(text_of(std::vector{shapes::Color::red}) == R"(["red"])");
}

TEST_CASE("structs: a specialised Codec is used instead") {
    const shapes::Image image{2, {1, 2, 3, 65535}};
    const shapes::Boxed<std::vector<shapes::Image>> box{{image, {}}};
    Encoder encoder;

    encoder.value(image);

    CHECK(encoder.text() ==
          R"({"width":2,"pixels":{"$array":{"dtype":"<u2","shape":[4],"at":0}}})");
    CHECK(encoder.attachments()[0].data == image.pixels.data());
    CHECK(round_trip(image) == image);
    CHECK(round_trip(box) == box);
    CHECK(refusal<shapes::Image>(R"({"height":1})") == "an image has no member height");
}
