#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "unit/codec/codec_test.hpp"

namespace untyped_test {

using bridge32::Bytes;
using bridge32::Encoder;
using bridge32::Json;
using codec_test::read;
using codec_test::refusal;
using codec_test::refusal_of;
using codec_test::round_trip;
using codec_test::sent_as;
using codec_test::text_of;

TEST_CASE("untyped: every kind of value survives a round trip") {
    const Json json = Json::parse(R"({
        "null": null, "true": true, "int": -5, "big": 18446744073709551615,
        "low": -9223372036854775808, "float": 0.1, "one": 1.0, "text": "ä\u0000\n",
        "array": [1, [2, []], {}], "object": {"": {"nested": "yes"}}, "nothing": [],
        "long": 123456789012345678901234567890
    })");

    CHECK(round_trip(json) == json);
    CHECK(text_of(json) == json.dump());
    CHECK(round_trip(json).dump() == json.dump());
    CHECK(round_trip(Json::binary({0, 255})) == Json::binary({0, 255}));
    CHECK(std::isnan(round_trip(Json(NAN)).get<double>()));
    CHECK(round_trip(Json{1, INFINITY})[1] == INFINITY);
    CHECK(refusal_of([] { text_of(Json(Json::value_t::discarded)); }) != "nothing was thrown");
}

TEST_CASE("untyped: keys that start with a dollar sign are escaped at every depth") {
    const Json json = {
        {"$array", {{"dtype", "<f8"}, {"shape", {1}}, {"at", 0}}},
        {"$", {{"$$", {{"$bytes", {{"at", 99}}}}}}},
        {"list", {{{"$float", "NaN"}}, {{"$complex", {1, 2}}}, {{"$unknown", nullptr}}}}};

    CHECK(round_trip(json) == json);
    CHECK(text_of(Json{{"$bytes", 1}}) == R"({"$$bytes":1})");
    CHECK(text_of(Json{{"$", 1}}) == R"({"$$":1})");
    CHECK(read<Json>(R"({"\u0024$x":1})") == Json{{"$x", 1}});
    CHECK(refusal<Json>(R"({"$x":1})") == "unknown tag \"$x\"");
    CHECK(refusal<Json>(R"({"a":1,"\u0024x":1})") == "a tag beside other members: \"$x\"");
}

TEST_CASE("untyped: typed values arrive as plain JSON") {
    CHECK(sent_as<Json>(std::vector<int>{1, -2}) == Json{1, -2});
    CHECK(sent_as<Json>(std::vector<double>{0.5}) == Json{0.5});
    CHECK(sent_as<Json>(std::vector<std::uint64_t>{UINT64_MAX}) == Json{UINT64_MAX});
    CHECK(sent_as<Json>(std::vector<std::complex<float>>{{1, 2}}) == Json{{1.0, 2.0}});
    CHECK(sent_as<Json>(std::complex<double>(1, 2)) == Json{1.0, 2.0});
    CHECK(sent_as<Json>(Bytes("ab")) == Json::binary({'a', 'b'}));
    CHECK(sent_as<Json>(-INFINITY) == -INFINITY);
    CHECK(std::isnan(sent_as<Json>(std::complex<double>(NAN, 0))[0].get<double>()));
}

TEST_CASE("untyped: binary values refer to the caller's memory") {
    const Json json = {{"data", Json::binary({1, 2, 3})}};
    Encoder encoder;

    encoder.value(json);

    CHECK(encoder.attachments()[0].data == json["data"].get_binary().data());
}

TEST_CASE("untyped: what nlohmann parses, the codec reads, and writes as nlohmann does") {
    for (const char* text :
         {"0", "-0", "1.0", "1e5", "1e-7", "123456.789", "[1,2.5,\"x\"]",
          R"({"b":1,"a":{"c":[null,true]}})", "\"\\u001f\\\"\"", "9223372036854775808", "1e300"}) {
        CAPTURE(text);
        const Json json = Json::parse(text);
        CHECK(read<Json>(text) == json);
        CHECK(Json::parse(text_of(json)) == json);
        CHECK(Json::parse(text_of(json)).is_number_float() == json.is_number_float());
    }
}

}  // namespace untyped_test
