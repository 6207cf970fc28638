// What a plugin's methods and properties are given, and what comes back.
#include <doctest/doctest.h>

#include <complex>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "unit/plugin/fake_host.hpp"

namespace calls_test {

namespace {

using bridge32::Json;
using bridge32::test::Loaded;
using bridge32::test::Reply;

struct Point {
    int x = 0;
    int y = 0;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Point, x, y)

/// Knows how often one was read.
struct Counted {
    static inline int reads = 0;
};
void to_json(Json& json, const Counted&) { json = nullptr; }
void from_json(const Json&, Counted&) { ++Counted::reads; }

int subtract(int a, int b) { return a - b; }

/// Another base of a plugin, as when an existing class is offered as it is.
class Counter {
public:
    virtual ~Counter() = default;
    int count_up(int by) noexcept { return count_ += by; }

private:
    int count_ = 0;
};

class Calls : public bridge32::Plugin, public Counter {
public:
    Calls() {
        method("add", [](int a, int b) { return a + b; }, {"a", "b"});
        method("subtract", subtract, {"a", "b"});
        method("subtract_pointer", &subtract);
        method("power", [](int x, int n) { return n == 0 ? 1 : x * n; }, {"x", {"n", 2}});
        // By value, as users write it. NOLINTBEGIN(performance-unnecessary-value-param)
        method("optional",
               [](int a, std::optional<int> b, std::optional<std::string> c) {
                   return std::to_string(a) + (b ? std::to_string(*b) : "-") + c.value_or("-");
               },
               {"a", "b", "c"});
        method("nothing", [] {});
        method("move_only", [kept = std::make_unique<int>(7)] { return *kept; });
        method("function", std::function<int(int)>([](int x) { return x + 1; }));
        method("count_up", &Calls::count_up, {"by"});
        method("append", &Calls::append, {"text"});
        method("text", &Calls::text);
        method("c_text", [](const char* text) { return text; }, {"text"});
        method("view", [](std::string_view text) { return text.substr(1); });
        method("sum", [](std::span<const double> xs) {
            double sum = 0;
            for (const double x : xs)
                sum += x;
            return sum;
        });
        method("doubled", [](std::vector<std::int16_t> xs) {
            for (auto& x : xs)
                x = static_cast<std::int16_t>(x * 2);
            return xs;
        });
        method("same", [](std::span<const float> xs) { return xs; });
        method("swapped", [](const Point& p) { return Point{p.y, p.x}; });
        method("counted", [](const Counted&, int times) { return times; }, {"counted", "times"});
        method("any", [](const Json& value) { return value; });
        method("pair", [](std::map<std::string, int> m, std::complex<double> z) {
            return std::tuple(m.at("k"), z);
        });
        method("default_list", [](std::vector<int> xs) { return xs.size(); }, {{"xs", {1, 2, 3}}});
        // NOLINTEND(performance-unnecessary-value-param)
        method("default_bytes", [](bridge32::Bytes bytes) { return bytes; },
               {{"bytes", Json::binary({1, 2})}});
        property("version", [] { return 3; });
        property("length", &Calls::length);
        property("gain", 2.5);
        property("name", "calls");
    }

    const std::string& append(std::string&& text) {
        text_ += text;
        return text_;
    }
    const char* text() const { return text_.empty() ? nullptr : text_.c_str(); }
    std::size_t length() const noexcept { return text_.size(); }

private:
    std::string text_;
};

}  // namespace

TEST_CASE("plugin: arguments are taken by position, by name and mixed") {
    Loaded<Calls> lib;

    CHECK(lib.result(R"({"method":"subtract","args":[5,3]})") == 2);
    CHECK(lib.result(R"({"method":"subtract","kwargs":{"b":3,"a":5}})") == 2);
    CHECK(lib.result(R"({"method":"subtract","args":[5],"kwargs":{"b":3}})") == 2);
    CHECK(lib.result(R"({"method":"subtract_pointer","args":[1,2]})") == -1);
}

TEST_CASE("plugin: an argument is read once, however the others are passed") {
    Loaded<Calls> lib;
    Counted::reads = 0;

    CHECK(lib.result(R"({"method":"counted","args":[null,1]})") == 1);
    CHECK(Counted::reads == 1);
    CHECK(lib.result(R"({"method":"counted","args":[null],"kwargs":{"times":2}})") == 2);
    CHECK(Counted::reads == 2);
    CHECK(lib.result(R"({"method":"counted","kwargs":{"times":3,"counted":null}})") == 3);
    CHECK(Counted::reads == 3);
}

TEST_CASE("plugin: a request's members come in any order, and unknown ones are ignored") {
    Loaded<Calls> lib;

    CHECK(lib.result(R"({"kwargs":{"b":1},"args":[3],"method":"subtract"})") == 2);
    CHECK(lib.result(R"({"trace":{"id":[1]},"args":[3,1],"method":"subtract","v":2})") == 2);
    CHECK(lib.result(R"( { "method" : "\u0061dd" , "args" : [ 1 , 2 ] } )") == 3);
}

TEST_CASE("plugin: an argument that is left out is the default or nullopt") {
    Loaded<Calls> lib;

    CHECK(lib.result(R"({"method":"power","args":[5]})") == 10);
    CHECK(lib.result(R"({"method":"power","args":[5,0]})") == 1);
    CHECK(lib.result(R"({"method":"power","kwargs":{"n":3,"x":5}})") == 15);
    CHECK(lib.result(R"({"method":"optional","args":[1]})") == "1--");
    CHECK(lib.result(R"({"method":"optional","args":[1,null,"c"]})") == "1-c");
    CHECK(lib.result(R"({"method":"optional","args":[1],"kwargs":{"c":"d"}})") == "1-d");
    CHECK(lib.result(R"({"method":"default_list"})") == 3);
    CHECK(lib.result(R"({"method":"default_list","args":[[]]})") == 0);
    CHECK(lib.reply(R"({"method":"default_bytes"})").attachments ==
          std::vector<std::string>{"\1\2"});
}

TEST_CASE("plugin: all kinds of callables are called") {
    Loaded<Calls> lib;

    CHECK(lib.result(R"({"method":"nothing"})") == nullptr);
    CHECK(lib.result(R"({"method":"nothing","args":[],"kwargs":{}})") == nullptr);
    CHECK(lib.result(R"({"method":"move_only"})") == 7);
    CHECK(lib.result(R"({"method":"function","args":[1]})") == 2);
    CHECK(lib.result(R"({"method":"count_up","args":[2]})") == 2);
    CHECK(lib.result(R"({"method":"count_up","args":[3]})") == 5);
}

TEST_CASE("plugin: results may be references, views and C strings") {
    Loaded<Calls> lib;

    CHECK(lib.result(R"({"method":"text"})") == nullptr);
    CHECK(lib.result(R"({"method":"append","args":["a\u00e9"]})") == "aé");
    CHECK(lib.result(R"({"method":"text"})") == "aé");
    CHECK(lib.result(R"({"method":"c_text","args":["hello"]})") == "hello");
    CHECK(lib.result(R"({"method":"c_text","args":[null]})") == nullptr);
    CHECK(lib.result(R"({"method":"view","args":["\u0078yz"]})") == "yz");
}

TEST_CASE("plugin: properties are read, anew each time or as they were") {
    Loaded<Calls> lib;

    CHECK(lib.result(R"({"get":"version"})") == 3);
    CHECK(lib.result(R"({"get":"gain"})") == 2.5);
    CHECK(lib.result(R"({"get":"name"})") == "calls");
    CHECK(lib.result(R"({"get":"length"})") == 0);
    lib.result(R"({"method":"append","args":["abc"]})");
    CHECK(lib.result(R"({"get":"length"})") == 3);
}

TEST_CASE("plugin: arrays are read from attachments, and sent as such") {
    Loaded<Calls> lib;
    alignas(64) const double xs[] = {1.5, 2.5};
    const bridge32_attachment attachment{xs, sizeof xs};
    const std::string array = R"({"$array":{"dtype":"<f8","shape":[2],"at":0}})";

    CHECK(lib.result(R"({"method":"sum","args":[)" + array + "]}", {&attachment, 1}) == 4.0);
    CHECK(lib.result(R"({"method":"sum","args":[[1,2,3]]})") == 6.0);

    const Reply doubled = lib.reply(R"({"method":"doubled","args":[[1,-2]]})");
    CHECK(doubled.json == R"({"result":{"$array":{"dtype":"<i2","shape":[2],"at":0}}})");
    CHECK(doubled.attachments == std::vector<std::string>{std::string("\2\0\xfc\xff", 4)});

    const Reply same = lib.reply(R"({"method":"same","args":[[1]]})");
    CHECK(same.attachments == std::vector<std::string>{std::string("\0\0\x80\x3f", 4)});
}

TEST_CASE("plugin: structs, untyped values and containers pass") {
    Loaded<Calls> lib;

    CHECK(lib.result(R"({"method":"swapped","args":[{"x":1,"y":2}]})") ==
          Json({{"x", 2}, {"y", 1}}));
    CHECK(lib.result(R"({"method":"any","args":[{"a":[1,null,"b"]}]})") ==
          Json({{"a", {1, nullptr, "b"}}}));
    CHECK(lib.result(R"({"method":"pair","args":[{"k":1},{"$complex":[1.0,2.0]}]})").dump() ==
          R"([1,{"$complex":[1.0,2.0]}])");
}

}  // namespace calls_test
