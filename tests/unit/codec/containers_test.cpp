#include <array>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <ranges>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "unit/codec/codec_test.hpp"

namespace containers_test {

using bridge32::Json;
using codec_test::contains;
using codec_test::read;
using codec_test::refusal;
using codec_test::refusal_of;
using codec_test::round_trip;
using codec_test::sent_as;
using codec_test::text_of;

TEST_CASE("containers: sequences") {
    CHECK(text_of(std::list<int>{1, 2}) == "[1,2]");
    CHECK(text_of(std::vector<std::string>{"a", "b"}) == R"(["a","b"])");
    CHECK(text_of(std::vector<bool>{true, false}) == "[true,false]");
    CHECK(text_of(std::list<int>{}) == "[]");
    CHECK(round_trip(std::list<int>{1, 2}) == std::list<int>{1, 2});
    CHECK(round_trip(std::deque<double>{0.5}) == std::deque<double>{0.5});
    CHECK(round_trip(std::set<std::string>{"b", "a"}) == std::set<std::string>{"a", "b"});
    CHECK(round_trip(std::vector<bool>{true, false}) == std::vector<bool>{true, false});
    CHECK(round_trip(std::array<std::string, 2>{"a", "b"}) == std::array<std::string, 2>{"a", "b"});
    const std::vector<std::vector<int>> rows{{1, 2}, {}, {3}};
    CHECK(round_trip(rows) == rows);
    const std::vector<std::optional<std::list<std::int8_t>>> deep{std::nullopt, {{-1}}};
    CHECK(round_trip(deep) == deep);
}

TEST_CASE("containers: optional is null or the value") {
    CHECK(text_of(std::optional<int>()) == "null");
    CHECK(text_of(std::optional<int>(3)) == "3");
    CHECK(round_trip(std::optional<std::string>("x")) == "x");
    CHECK_FALSE(round_trip(std::optional<std::string>()));
    CHECK(sent_as<std::optional<Json>>(Json(1)) == Json(1));
    CHECK(round_trip(nullptr) == nullptr);
    CHECK(refusal<std::optional<int>>("\"x\"") == "expected an integer, found the string \"x\"");
    CHECK(refusal<std::nullptr_t>("0") == "expected null, found 0");
}

TEST_CASE("containers: pair and tuple are arrays") {
    using Mixed = std::tuple<int, std::string, std::vector<double>>;
    const Mixed mixed{1, "x", {0.5}};

    CHECK(round_trip(mixed) == mixed);
    CHECK(text_of(std::pair(1, 2.5)) == "[1,2.5]");
    CHECK(round_trip(std::pair(std::string("a"), true)) == std::pair(std::string("a"), true));
    CHECK(round_trip(std::tuple<>()) == std::tuple<>());
    CHECK(round_trip(std::tuple<Json>(Json{1, 2})) == std::tuple<Json>(Json{1, 2}));
    CHECK(refusal<Mixed>(R"([1,"x"])") == "expected 3 elements, found 2");
    CHECK(refusal<std::pair<int, int>>("[1,2,3,4]") == "expected 2 elements, found 4");
    CHECK(refusal<std::pair<int, int>>(R"([1,"x"])") ==
          "at [1]: expected an integer, found the string \"x\"");
    CHECK(refusal<std::pair<int, int>>("1") == "expected an array of 2, found 1");
}

TEST_CASE("containers: a tuple reads the members of an object in their order") {
    using Results = std::tuple<int, std::string>;

    CHECK(read<Results>(R"({"return":1,"name":"x"})") == Results(1, "x"));
    CHECK(refusal<Results>(R"({"return":1})") == "expected 2 elements, found 1");
    CHECK(refusal<Results>(R"({"return":1,"name":"x","more":2})") ==
          "expected 2 elements, found 3");
    CHECK(refusal<Results>(R"({"$bytes":{"at":0}})") == "expected an array of 2, found bytes");
}

TEST_CASE("containers: maps with text as keys are objects") {
    const std::map<std::string, int> map{{"a", 1}, {"", 2}, {"$x", 3}, {"$$y", 4}, {"\n", 5}};
    const std::unordered_map<std::string, std::vector<double>> numbers{{"x", {1, 2}}};

    CHECK(text_of(map) == R"({"":2,"\n":5,"$$$y":4,"$$x":3,"a":1})");
    CHECK(round_trip(map) == map);
    CHECK(round_trip(numbers) == numbers);
    CHECK(text_of(std::map<std::string_view, int>{{"v", 1}}) == R"({"v":1})");
    CHECK(read<std::map<std::string, int>>(R"({"a":1,"a":2})") ==
          std::map<std::string, int>{{"a", 2}});
    CHECK(read<std::multimap<std::string, int>>(R"({"a":1,"a":2})").size() == 2);
    CHECK(refusal<std::map<std::string, int>>("[1]") == "expected an object, found an array");
    CHECK(refusal<std::map<std::string, int>>(R"({"$bytes":{"at":0}})") ==
          "expected an object, found bytes");
}

TEST_CASE("containers: maps with other keys are arrays of pairs") {
    const std::map<int, std::string> map{{1, "a"}, {2, "b"}};

    CHECK(text_of(map) == R"([[1,"a"],[2,"b"]])");
    CHECK(round_trip(map) == map);
}

TEST_CASE("containers: an error names the place") {
    using Rows = std::map<std::string, std::vector<std::list<int>>>;
    CHECK(refusal<Rows>(R"({"rows":[[1],[2,2.5]]})") ==
          "at rows[1][1]: expected an integer, found 2.5");
    CHECK(refusal<std::vector<bool>>("[true,1]") == "at [1]: expected true or false, found 1");
    CHECK(refusal<std::vector<int>>(R"({"a":1})") == "expected an array, found an object");
    CHECK(refusal<std::vector<std::string>>("\"abc\"") ==
          "expected an array, found the string \"abc\"");
}

TEST_CASE("containers: an array of the wrong length does not fit a fixed size") {
    CHECK(read<std::array<int, 2>>("[1,2]") == std::array{1, 2});
    CHECK(refusal<std::array<int, 2>>("[1]") == "expected 2 elements, found 1");
    CHECK(refusal<std::array<std::string, 1>>(R"(["a","b","c"])") ==
          "expected 1 elements, found 3");
    const std::vector<double> three(3);
    CHECK(refusal_of([&] { sent_as<std::array<double, 2>>(three); }) ==
          "expected 2 elements, found 3");
}

TEST_CASE("containers: ranges that make their elements are kept until clear") {
#if defined(__clang__) && __clang_major__ < 16
    MESSAGE("[skipped] this Clang cannot compile the standard library's views");
#else
    const auto rows = std::views::iota(1, 3) | std::views::transform([](int n) {
                          return std::vector<double>(static_cast<std::size_t>(n), n);
                      });
    bridge32::Encoder encoder;

    encoder.value(rows);

    CHECK(
        bridge32::decode<std::vector<std::vector<double>>>(encoder.text(), encoder.attachments()) ==
        std::vector<std::vector<double>>{{1}, {2, 2}});
    CHECK(text_of(std::views::iota(1, 4)) == "[1,2,3]");
#endif
}

TEST_CASE("containers: values nest up to the limit, and what is written can be read") {
    Json deepest = std::vector<int>{1};
    for (int i = 1; i < bridge32::kMaxDepth; ++i) {
        deepest = i % 2 == 0 ? Json::array({deepest}) : Json{{"k", deepest}};
    }

    CHECK(round_trip(deepest) == deepest);
    CHECK(refusal_of([&] { text_of(Json::array({deepest})); }) ==
          "the value is nested deeper than 64");
    bridge32::Encoder encoder;
    CHECK_THROWS_AS(encoder.value(Json::array({deepest})), bridge32::CodecError);
    encoder.clear();
    CHECK_NOTHROW(encoder.value(deepest));
}

}  // namespace containers_test
