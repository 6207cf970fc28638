// What the plugin `ffi` makes of tests/libraries/vendor.b32i, an interface file beside vendor.c.
#include <doctest/doctest.h>

#include <bridge32/client.hpp>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <future>
#include <limits>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "integration/support.hpp"

namespace ffi_test {

namespace {

using bridge32::Json;
using bridge32::named;

/// As the C struct `point`.
struct Point {
    double x = 0, y = 0;
    bool operator==(const Point&) const = default;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Point, x, y)

/// The interface file lies where the library is built.
bridge32::Client vendor() {
    bridge32::ClientOptions options;
    options.plugin_path = test::kLibraries / "32";
    return bridge32::Client("vendor", options);
}

const char* const kInterface = R"(
// [interface]
interface 1;
library "vendor" { convention cdecl; }
typedef struct vdev_ *VDEV [[handle, free(vclose)]];
int vopen(int port, VDEV *device [[out]]) [[fails(result != 0), errno]];
int vport(VDEV device);
void vclose(VDEV device);
double sum(const double *x [[count(n)]], int n);
// [interface end]
)";

/// A library's file name.
std::string library_file(const std::string& name) {
#if defined(_WIN32)
    return "lib" + name + ".dll";
#else
    return "lib" + name + ".so";
#endif
}

/// The same library with another interface.
bridge32::ClientOptions with(const std::string& text) {
    bridge32::ClientOptions options;
    options.kwargs = {{"interface", text},
                      {"library", (test::kLibraries / "32" / library_file("vendor")).string()}};
    return options;
}

template <class Error, class Call>
std::string message_of(const Call& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.what();
    }
    return "nothing of that type was thrown";
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// The same value comes back, and what does not fit is refused.
template <class T>
void check_integers(bridge32::Client& c, const char* name) {
    constexpr auto kLeast = std::numeric_limits<T>::min();
    constexpr auto kMost = std::numeric_limits<T>::max();
    CHECK(c.call<T>(name, kLeast) == kLeast);
    CHECK(c.call<T>(name, kMost) == kMost);
    const std::string text = message_of<bridge32::InvalidArgument>([&] { c.call(name, 1e20); });
    CAPTURE(text);
    CHECK(has(text, "argument `x` of " + std::string(name)));
    CHECK(has(text, "does not fit"));
}

}  // namespace

TEST_CASE("ffi: numbers of every width come back, and what does not fit is refused by name") {
    auto c = vendor();

    check_integers<std::int8_t>(c, "same_i8");
    check_integers<std::uint8_t>(c, "same_u8");
    check_integers<std::int16_t>(c, "same_i16");
    check_integers<std::uint16_t>(c, "same_u16");
    check_integers<std::uint32_t>(c, "same_u32");
    check_integers<std::int64_t>(c, "same_i64");
    check_integers<std::uint64_t>(c, "same_u64");
    CHECK(c.call<float>("same_f32", 0.1f) == 0.1f);
    CHECK(c.call<double>("same_f64", 0.1) == 0.1);
#if defined(_WIN32)
    CHECK_THROWS_AS(c.call("same_f80", 0.1), bridge32::RemoteError);
#else
    CHECK(c.call<double>("same_f80", 0.1) == 0.1);
#endif
    CHECK(std::isnan(c.call<double>("same_f64", std::nan(""))));
    CHECK(c.call<bool>("same_bool", true));
    CHECK_FALSE(c.call<bool>("same_bool", false));
    CHECK(c.call<double>("mixed", 1, 2.0, 3, 4, 5.0, 6) == 654321);
    CHECK(c.call<int>("add", named({{"b", 2}, {"a", 40}})) == 42);
    CHECK(c.call("nothing").is_null());
    for (const Json& wrong : {Json(1.5), Json(true), Json("1"), Json(std::int64_t{1} << 40)}) {
        CAPTURE(wrong.dump());
        const std::string text =
            message_of<bridge32::InvalidArgument>([&] { c.call("add", 1, wrong); });
        CAPTURE(text);
        CHECK(has(text, "argument `b` of add"));
    }
    CHECK_THROWS_AS(c.call("add", 1), bridge32::InvalidArgument);
    CHECK_THROWS_AS(c.call("add", 1, 2, 3), bridge32::InvalidArgument);
    CHECK_THROWS_AS(c.call("ad", 1, 2), bridge32::MethodNotFound);
}

TEST_CASE("ffi: each calling convention gets its arguments") {
    auto c = vendor();

    CHECK(c.call<int>("std_sum", 1, 2.0, 3) == 321);
    CHECK(c.call<int>("fast_sum", 1, 2, 3) == 321);
    CHECK(c.call<int>("reg_sum", 1, 2, 3) == 321);
    CHECK(c.call<int>("this_sum", 1, 2, 3) == 321);
    CHECK(c.call<double>("vset", 1, 2, 0.5) == 1 + 20 + 50);
    CHECK_THROWS_AS(c.call("vset", 1), bridge32::InvalidArgument);
}

TEST_CASE("ffi: a convention that the stack pointer refutes is an error, and the host ends") {
    const auto text_of = [](const char* method, auto... arguments) {
        auto c = vendor();
        const std::string text =
            message_of<bridge32::RemoteError>([&] { c.call(method, arguments...); });
        CHECK_THROWS_AS(c.call("add", 1, 2), bridge32::HostCrashed);
        return text;
    };

    std::string text = text_of("wrongly_cdecl", 1, 2);
    CAPTURE(text);
    CHECK(has(text, "`wrongly_cdecl` is cdecl, the interface says stdcall"));
#if !defined(_WIN32)  // there its name says so
    text = text_of("wrongly_stdcall", 1, 2, 3, 4);
    CHECK(has(text,
              "`wrongly_stdcall` is stdcall with 16 bytes of arguments, the interface says "
              "cdecl"));
#endif
}

TEST_CASE("ffi: text is UTF-8 here and what the library needs there") {
    auto c = vendor();

    CHECK(c.call<int>("text_length", "gr\u00fc\u00df") == 4);
    CHECK(c.call<int>("text_length", nullptr) == -1);
    CHECK(c.call<std::string>("greeting") == "gr\u00fc\u00df Gott");
    CHECK(c.call("no_text").is_null());
    CHECK(c.call<std::string>("copied", "\u20ac 5") == "\u20ac 5");
    CHECK(c.call<int>("texts_left") == 0);
    CHECK(c.call<int>("wide_length", "gr\u00fc\u00df") == 4);
    CHECK_THROWS_AS(c.call("text_length", "\u4e2d"), bridge32::InvalidArgument);
    CHECK_THROWS_AS(c.call("text_length", std::string("a\0b", 3)), bridge32::InvalidArgument);
    CHECK_THROWS_AS(c.call("copied", nullptr), bridge32::InvalidArgument);
    const auto filled = c.call<std::tuple<int, std::string>>("fill_text", 4, "\u00fcber");
    CHECK(filled == std::tuple(4, "\u00fcber"));
    CHECK(c.call("fill_text", 2, "abc")["buffer"] == "ab");
}

TEST_CASE("ffi: arrays come with their length, and buffers are as large as an argument says") {
    auto c = vendor();

    CHECK(c.call<double>("sum", std::vector<double>{1, 2, 3.5}) == 6.5);
    CHECK(c.call<double>("sum", Json{1, 2, 3}) == 6);
    CHECK(c.call<double>("sum", std::vector<int>{4, 5}) == 9);
    CHECK(c.call<double>("sum", std::vector<double>{}) == 0);
    CHECK(c.call<int>("dot", std::vector<int>{1, 2}, std::vector<int>{3, 4}) == 11);
    const std::string text = message_of<bridge32::InvalidArgument>([&] {
        c.call("dot", std::vector<int>{1, 2}, std::vector<int>{3});
    });
    CAPTURE(text);
    CHECK(has(text, "`y`"));
    CHECK(c.call<std::vector<double>>("twice", std::vector<double>{1, 2}) ==
          std::vector<double>{2, 4});
    CHECK(c.call<std::vector<double>>("ramp", 3) == std::vector<double>{0, 1, 2});
    CHECK(c.call<int>("first_of_three", std::vector<int>{7, 8, 9}) == 7);
    CHECK_THROWS_AS(c.call("first_of_three", std::vector<int>{7}), bridge32::InvalidArgument);
    CHECK_THROWS_AS(c.call("sum", std::vector<std::string>{"1"}), bridge32::InvalidArgument);

    auto matrix = c.make_array<double>({2, 3});
    for (int i = 0; i < 6; ++i)
        matrix.data()[i] = i;
    CHECK(c.call<double>("trace", matrix) == 0 + 4);
    CHECK_THROWS_AS(c.call("trace", std::vector<double>{1, 2}), bridge32::InvalidArgument);
    const auto identity = c.call<bridge32::NdArray<int>>("identity", 2);
    CHECK(identity.shape() == std::vector<std::uint64_t>{2, 2});
    CHECK(std::vector<int>(identity.data(), identity.data() + 4) == std::vector<int>{1, 0, 0, 1});
    CHECK(c.call<int>("until_zero", std::vector<int>{3, 2, 1}) == 3);
    CHECK(c.call<int>("until_zero", std::vector<int>{}) == 0);
    CHECK_THROWS_AS(c.call("until_zero", std::vector<int>{3, 0}), bridge32::InvalidArgument);

    const auto read = c.call<std::tuple<int, bridge32::Bytes, unsigned>>("read_some", 100);
    CHECK(std::get<1>(read) == bridge32::Bytes(std::string_view("hello")));
    CHECK(std::get<2>(read) == 5);

    CHECK(c.call<int>("is_identity", identity) == 1);
    const auto wrong_shape = [&](const bridge32::NdArray<int>& array) {
        return message_of<bridge32::InvalidArgument>([&] { c.call("is_identity", array); });
    };
    CHECK(has(wrong_shape(c.make_array<int>({2, 3})), "expected 2 elements, found 3"));
    CHECK(has(wrong_shape(c.make_array<int>({4})), "2 dimensions"));

    // In shared memory: neither is copied.
    auto large = c.make_array<double>({200'000});
    for (std::size_t i = 0; i < 200'000; ++i)
        large.data()[i] = 1;
    CHECK(c.call<double>("sum", large) == 200'000);
    const auto ramp = c.call<bridge32::NdArray<double>>("ramp", 200'000);
    CHECK(ramp.data()[199'999] == 199'999);
}

TEST_CASE("ffi: arrays of texts are passed, filled, and returned by the library") {
    auto c = vendor();
    using Texts = std::vector<std::string>;

    CHECK(c.call<int>("lengths", Texts{"a", "", "gr\u00fc\u00df"}) == 5);
    CHECK(c.call<int>("lengths", Json{"a", nullptr}) == 101);
    CHECK(c.call<int>("lengths", Texts{}) == 0);
    CHECK(c.call<int>("lengths_to_null", Texts{"one", "\u20ac"}) == 4);
    CHECK(c.call<int>("lengths_to_null", Texts{}) == 0);
    const std::string text = message_of<bridge32::InvalidArgument>([&] {
        c.call("lengths", Json{"a", 1});
    });
    CAPTURE(text);
    CHECK(has(text, "`texts` of lengths"));
    CHECK(has(text, "[1]"));
    CHECK_THROWS_AS(c.call("lengths_to_null", Json{"one", nullptr}), bridge32::InvalidArgument);
    CHECK_THROWS_AS(c.call("lengths", "text"), bridge32::InvalidArgument);

    CHECK(c.call<Texts>("words", "a gr\u00fc\u00df c") == Texts{"a", "gr\u00fc\u00df", "c"});
    CHECK(c.call<Texts>("words", "") == Texts{});
    CHECK(c.call("fill_words", 3) == Json{"word", nullptr, "word"});
    CHECK(c.call("table", 2) ==
          Json{{"return", 2}, {"cells", {"id", "name", "1", "one", "2", "two"}}, {"columns", 2}});
    CHECK(c.call("table", -1)["cells"].is_null());
    CHECK(c.call<std::vector<int>>("squares", 4) == std::vector<int>{0, 1, 4, 9});
    CHECK(c.call<int>("texts_left") == 0);
    CHECK(c.call<int>("gives_words", [](const Texts& words) {
        return words == Texts{"one", "two"} ? 3 : words.empty() ? 4 : 0;
    }) == 43);
    const auto refused = [&](const char* method, auto... arguments) {
        return message_of<bridge32::RemoteError>([&] { c.call(method, arguments...); });
    };
    CHECK(has(refused("whose", 1), "whose is the memory"));
    CHECK(has(refused("replaces", "a"), "`inout` and `free`"));
}

TEST_CASE("ffi: the text of an error that a function fills is that of the exception") {
    auto c = vendor();
    std::vector<std::string> seen;
    const auto row = [&](const Json& values, const Json& names) {
        seen.push_back(values.dump() + names.dump());
        return 0;
    };

    CHECK(c.call<int>("query", "select", row) == 0);
    CHECK(seen == std::vector<std::string>{R"(["1",null]["id","name"])"});
    CHECK(has(message_of<bridge32::RemoteError>([&] { c.call("query", "selekt", row); }),
              "query failed: it returned 1: syntax error"));
    CHECK(c.call<int>("checks", 1) == 0);
    CHECK(has(message_of<bridge32::RemoteError>([&] { c.call("checks", -1); }),
              "checks failed: it returned 1: it is negative"));
    CHECK(c.call("worded", -1) == Json{{"return", nullptr}, {"error", "negative"}});
    CHECK(c.call("worded", 1) == Json{{"return", "number"}, {"error", nullptr}});
    CHECK(c.call<int>("texts_left") == 0);

    CHECK(c.call<int>("opens", 3) == 3);
    CHECK(has(message_of<bridge32::RemoteError>([&] { c.call("opens", -2); }),
              "opens failed: it returned -2: unknown"));
}

TEST_CASE("ffi: a function that writes behind a buffer is an error that names the parameter") {
    auto c = vendor();

    const std::string text = message_of<bridge32::RemoteError>([&] { c.call("overruns", 3); });
    CAPTURE(text);
    CHECK(has(text, "`overruns` has written behind `x`, which has 12 bytes"));
    CHECK(c.call<int>("add", 1, 2) == 3);
    CHECK_THROWS_AS(c.call("overruns", 20'000), bridge32::RemoteError);  // in shared memory
}

#if !defined(__SANITIZE_ADDRESS__)
TEST_CASE("ffi: what goes on behind a value that the interface only assumes ends the host") {
    const auto ends = [](const char* function, const char* parameter, const Json& argument) {
        auto client = vendor();
        const std::string text =
            message_of<bridge32::HostCrashed>([&] { client.call(function, argument); });
        CAPTURE(text);
        CHECK(has(text, "`" + std::string(function) + "` has gone on behind `" + parameter + "`"));
    };
    ends("writes_many", "value", 1);
    ends("reads_many", "value", 1);
    ends("reads_too_many", "x", Json{1, 2, 3});
}
#endif

TEST_CASE("ffi: out-parameters are results") {
    auto c = vendor();

    CHECK(c.call("divide", 17, 5) == Json{{"quotient", 3}, {"remainder", 2}});
    CHECK(c.call<std::tuple<int, int>>("divide", 17, 5) == std::tuple(3, 2));
    CHECK(c.call<int>("increment", 41) == 42);
    CHECK(c.call<int>("or_zero", 5) == 5);
    CHECK(c.call<int>("or_zero", nullptr) == 0);
    CHECK(c.call<int>("or_zero") == 0);
}

TEST_CASE("ffi: structs are objects, by value, by pointer and in arrays") {
    auto c = vendor();
    const auto point = [](double x, double y) { return Json{{"x", x}, {"y", y}}; };

    CHECK(c.call("middle", point(0, 2), point(4, 4)) == point(2, 3));
    CHECK(c.call("swapped", Json{{"a", 1}, {"b", 2}}) == Json{{"a", 2}, {"b", 1}});
    CHECK(c.call("std_pair", 1, 2) == Json{{"a", 1}, {"b", 2}});
    CHECK(c.call<double>("path_length", Json{point(1, 0), point(3, 0), point(8, 0)}) == 7);

    CHECK(c.call("origin", 1) == point(3, 4));
    CHECK(c.call("origin", 0).is_null());
    CHECK(c.call<int>("point_size", point(7, 0)) == 7);

    Json info = c.call("get_info")["info"];
    CHECK(info["name"] == "abc");
    CHECK(info["at"] == point(1, 2));
    CHECK(info["values"] == Json{1, -2, 3});
    CHECK(info["ready"] == 1);
    CHECK(info["level"] == -3);
    CHECK(c.call<double>("info_sum", info) == 1 + 2 + 1 + 10 - 300);
    info.erase("cb");  // is filled in
    CHECK(c.call<double>("info_sum", info) == 1 + 2 + 1 + 10 - 300);

    const auto wrong = [&](const char* key, const Json& value) {
        Json other = info;
        other[key] = value;
        return message_of<bridge32::InvalidArgument>([&] { c.call("info_sum", other); });
    };
    CHECK(has(wrong("level", 16), "member `level`: 16 does not fit in 5 bits"));
    CHECK(has(wrong("name", "12345678"), "member `name`"));
    CHECK(has(wrong("colour", 1), "the struct has no member `colour`"));
    info.erase("ready");
    CHECK(has(message_of<bridge32::InvalidArgument>([&] { c.call("info_sum", info); }),
              "the member `ready` is missing"));
}

TEST_CASE("ffi: of a union that member counts which another one names") {
    auto c = vendor();
    const auto number = [](int kind, const Json& u) { return Json{{"kind", kind}, {"u", u}}; };

    CHECK(c.call<double>("number_value", number(1, {{"i", 3}})) == 3);
    CHECK(c.call<double>("number_value", number(2, {{"d", 0.5}})) == 0.5);
    CHECK(c.call<double>("number_value", number(16, {{"p", {{"a", 1}, {"b", 2}}}})) == 21);
    CHECK(c.call("number_of", 1) == number(1, {{"i", 7}}));
    CHECK(c.call("number_of", 2) == number(2, {{"d", 2.5}}));
    CHECK(c.call("number_of", 9) == number(9, nullptr));
    CHECK(has(message_of<bridge32::InvalidArgument>([&] {
                  c.call("number_value", number(1, {{"d", 3}}));
              }),
              "the member `u` must be `i`, as `kind` says"));
    CHECK_THROWS_AS(c.call("number_value", number(1, {{"i", 3}, {"d", 3}})),
                    bridge32::InvalidArgument);
}

TEST_CASE("ffi: of a union as a parameter another parameter says which member counts") {
    auto c = vendor();
    using Text = std::string;

    CHECK(c.call<double>("value_by_pointer", 1, Json{{"i", 3}}) == 3);
    CHECK(c.call<double>("value_by_pointer", 2, Json{{"d", 0.5}}) == 0.5);
    CHECK(c.call<double>("value_by_value", Json{{"p", {{"a", 1}, {"b", 2}}}}, 3) == 21);
    CHECK(c.call<double>("value_by_value", Json{{"i", -1}}, 1) == -1);
    CHECK(c.call("value_filled", 2) == Json{{"kind", 2}, {"v", {{"d", 2.5}}}});
    CHECK(c.call("value_filled", 9) == Json{{"kind", 9}, {"v", nullptr}});
    const Text text = message_of<bridge32::InvalidArgument>([&] {
        c.call("value_by_value", Json{{"i", 3}}, 2);
    });
    CAPTURE(text);
    CHECK(has(text, "`v` of value_by_value: it must be `d`, as `kind` says"));
    CHECK_THROWS_AS(c.call("value_by_pointer", 1, Json{{"j", 3}}), bridge32::InvalidArgument);
    std::vector<Text> seen;
    c.call("value_to", [&](int kind, const Json& v, const Json& same) {
        CHECK(kind >= 1);
        CHECK(v == same);
        seen.push_back(v.dump());
    });
    CHECK(seen == std::vector<Text>{R"({"i":5})", R"({"d":0.5})"});
}

TEST_CASE("ffi: structs of C++ go in and out of arrays and callbacks") {
    auto c = vendor();

    CHECK(c.call<std::vector<Point>>("translate", std::vector<Point>{{1, 2}, {3, 4}}, 0.5) ==
          std::vector<Point>{{1.5, 2}, {3.5, 4}});
    CHECK(c.call<double>("path_length", std::vector<Point>{{1, 0}, {3, 0}}) == 2);
    CHECK(c.call<double>(
              "point_from",
              [](int i) {
                  return Point{1.0 * i, 2};
              },
              3) == 23);
    CHECK(c.call<int>(
              "pair_from",
              [](int i) {
                  return Json{{"a", i}, {"b", 2}};
              },
              3) == 23);
    CHECK_THROWS_AS(c.call(
                        "point_from", [](int i) { return i; }, 3),
                    bridge32::Error);
    CHECK_THROWS_AS(c.call(
                        "point_from", [](int) -> Point { throw std::out_of_range("1"); }, 3),
                    std::out_of_range);
    CHECK(c.call<int>("add", 1, 2) == 3);
}

TEST_CASE("ffi: enumerations are names or numbers") {
    auto c = vendor();

    CHECK(c.call<int>("mode_number", "mode_on") == 5);
    CHECK(c.call<int>("mode_number", 5) == 5);
    CHECK(has(message_of<bridge32::InvalidArgument>([&] { c.call("mode_number", "mode_one"); }),
              "Did you mean `mode_on`"));
    CHECK(c.get<int>("mode_on") == 5);
}

TEST_CASE("ffi: opaque pointers are handles, which end with their function or their client") {
    auto c = vendor();

    const auto device = c.call<std::tuple<int, bridge32::Handle<struct Device>>>("vopen", 7);
    const auto& handle = std::get<1>(device);
    CHECK(handle.type() == "VDEV");
    CHECK(c.call<int>("vport", handle) == 7);
    CHECK(c.call<bridge32::Handle<struct Device>>("vself", handle) == handle);
    CHECK_THROWS_AS(c.call("vport", nullptr), bridge32::InvalidArgument);
    CHECK(c.call<int>("vdevices") == 1);
    c.call("vclose", handle);
    CHECK(c.call<int>("vdevices") == 0);
    CHECK_THROWS_AS(c.call("vport", handle), bridge32::InvalidArgument);
    CHECK_THROWS_AS(c.call("vclose", handle), bridge32::InvalidArgument);

    const auto slot = c.call<bridge32::Handle<struct Slot>>("slot_open");  // 0
    CHECK(slot.type() == "SLOT");
    CHECK(c.call<int>("slot_double", slot) == 1);
    CHECK_THROWS_AS(c.call("slot_double", handle), bridge32::InvalidArgument);
}

TEST_CASE("ffi: a function that fails throws, with the text that the library has for it") {
    auto c = vendor();

    CHECK(c.call<int>("prints", 10) == 0);
    CHECK(has(message_of<bridge32::RemoteError>([&] { c.call("prints", 11); }),
              "prints failed: it returned 3: out of paper"));
    const std::string text = message_of<bridge32::RemoteError>([&] { c.call("vopen", -1); });
    CAPTURE(text);
    CHECK(has(text, "vopen failed: it returned -1: "));
    CHECK(has(text, "evice"));  // No such device
}

TEST_CASE("ffi: the library calls functions of the client") {
    auto c = vendor();

    CHECK(c.call<int>("each", 4, [](int i) { return i * i; }) == 14);
    const double integral = c.call<double>(
        "integrate", [](double x) { return x * x; }, 0.0, 3.0, 100);
    CHECK(integral == doctest::Approx(9).epsilon(0.001));
    CHECK(c.call<int>("std_each", [](int a, int b) { return a * b; }) == 122);
    CHECK(c.call<int>("with_data", [](const std::vector<int>& data, const std::string& text) {
        return data.at(2) + static_cast<int>(text.size());
    }) == 7);
    CHECK(c.call<int>("rows", [](const Json& values) {
        return values.empty() ? 1 : values == Json{"a", nullptr, "\u00fc"} ? 10 : 0;
    }) == 11);
    const auto streams = [&](const Json& samples, const std::string& name) {
        return c.call<double>("streams", [&](int n) {
            CHECK(n == 3);
            return Json{samples, name};
        });
    };
    CHECK(streams({1, 2, 3}, "seven") == 506);
    CHECK_THROWS_AS(streams({1, 2, 3, 4}, "seven"), bridge32::Error);
    CHECK_THROWS_AS(streams({1, 2}, "seven"), bridge32::Error);
    CHECK_THROWS_AS(streams({1, 2, 3}, "eight888"), bridge32::Error);
    CHECK(c.call<double>("doubles", [](std::vector<double> x) {
        for (double& each : x)
            each *= 2;
        return x;
    }) == 42);
    // Nested, and with an exception.
    CHECK(c.call<int>("each", 2, [&](int i) { return c.call<int>("add", i, 10); }) == 21);
    CHECK_THROWS_AS(
        c.call("each", 3, [](int i) -> int { return i == 1 ? throw std::out_of_range("1") : i; }),
        std::out_of_range);
    CHECK_THROWS_AS(c.call("watch", [](int level) { return level; }), bridge32::InvalidArgument);
    const auto device =
        std::get<1>(c.call<std::tuple<int, bridge32::Handle<struct Device>>>("vopen", 7));
    CHECK_THROWS_AS(c.call("vwatch", device, [](int level) { return level; }),
                    bridge32::InvalidArgument);
    const auto of_device = c.long_lived([](int level) { return level + 2; });
    c.call("vwatch", device, of_device);
    CHECK(c.call<int>("vnotify", 4) == 6);
    c.call("vclose", device);
    CHECK(c.call<int>("vnotify", 4) == 0);  // it has ended
    const auto watcher = c.long_lived([](int level) { return level + 1; });
    c.call("watch", watcher);
    CHECK(c.call<int>("notify", 4) == 5);
}

TEST_CASE("ffi: a thread of the library's own calls functions of the client") {
    auto c = vendor();
    const auto next = [](int level) { return level + 1; };

    CHECK(c.call<int>("from_thread", next, 4) == 5);  // while the call waits for that thread
    CHECK_THROWS_AS(c.call(
                        "from_thread", [](int) -> int { throw std::out_of_range("1"); }, 4),
                    std::out_of_range);
    CHECK_THROWS_AS(c.call("set_timer", next), bridge32::InvalidArgument);
    std::promise<int> seen;
    const auto ticks = c.long_lived([&](int level) {
        seen.set_value(level);
        return level + 2;
    });
    c.call("set_timer", ticks);
    c.call("start_timer", 7);  // and after the call
    auto level = seen.get_future();
    REQUIRE(level.wait_for(std::chrono::seconds(60)) == std::future_status::ready);
    CHECK(level.get() == 7);
    CHECK(c.call<int>("timer_answer") == 9);
}

TEST_CASE("ffi: a struct has arrays whose length another member says") {
    auto c = vendor();
    const Json given{{"x", {1, 2.5}}, {"raw", bridge32::Bytes(std::string_view("\1\2"))}};
    const std::vector<double> many(1000, 0.5);

    CHECK(c.call<double>("pieces", given) == 6.5);
    CHECK(c.call<double>("pieces_by_value", given) == 6.5);
    CHECK(c.call<double>("pieces", Json{{"x", many}, {"raw", nullptr}}) == -500);
    CHECK(c.call<double>("pieces", Json{{"x", Json::array()}, {"raw", nullptr}, {"n", 0}}) ==
          -1000);
    const Json filled = c.call("fill_pieces", given, 1);
    CHECK(filled["n"] == 2);
    CHECK(filled["size"] == 4);
    CHECK(filled["x"].get<std::vector<double>>() == std::vector<double>{2, 5});
    CHECK(filled["raw"].get<bridge32::Bytes>() == bridge32::Bytes(std::string_view("text")));
    CHECK(c.call("fill_pieces", given, 0)["raw"].is_null());
    CHECK(c.call<double>("pieces", filled) == 7.0 + 't' + 'e' + 'x' + 't');
    CHECK(c.call<int>("visit_pieces", [](const Json& pieces) {
        return pieces["x"].get<std::vector<double>>().at(1) == 2.5 && pieces["raw"].is_null() ? 7
                                                                                              : 0;
    }) == 7);

    const auto refused = [&](const Json& pieces) {
        return message_of<bridge32::InvalidArgument>([&] { c.call("pieces", pieces); });
    };
    CHECK(has(refused({{"x", {1, 2}}, {"raw", nullptr}, {"n", 3}}),
              "the member `n` is 3, but `x` has 2"));
    CHECK(has(refused({{"x", nullptr}, {"raw", nullptr}}), "member `x`"));
    CHECK(has(refused({{"raw", nullptr}}), "is missing"));
    CHECK(has(refused({{"x", many}, {"raw", nullptr}, {"n", 1}}), "has 1000"));
    CHECK(has(refused({{"x", std::vector<double>(40000)}, {"raw", nullptr}}), "does not fit"));
    CHECK(has(message_of<bridge32::Error>([&] { c.call("fill_pieces", given, -1); }),
              "its length is -1"));
    CHECK(has(message_of<bridge32::RemoteError>([&] { c.call("odd", given); }),
              "must be an integer member of the same struct"));
}

TEST_CASE("ffi: threads concurrent has calls run at the same time, threads mirrored is refused") {
    const auto text = [](const std::string& threads) {
        return "interface 1; library \"vendor\" { threads " + threads +
               "; } int meet(int n, int milliseconds); int add(int a, int b);";
    };
    bridge32::Client c("ffi", with(text("concurrent")));

    auto first = c.async<int>("meet", 2, 60'000);
    CHECK(c.call<int>("add", 1, 2) == 3);
    CHECK(c.call<int>("meet", 2, 60'000) == 1);
    CHECK(first.get() == 1);
    bridge32::Client alone("ffi", with(text("main")));
    CHECK(alone.call<int>("meet", 2, 1) == 0);
    CHECK(has(
        message_of<bridge32::PluginError>([&] { bridge32::Client("ffi", with(text("mirrored"))); }),
        "write `threads main`"));
}

TEST_CASE("ffi: constants and variables are properties") {
    auto c = vendor();

    CHECK(c.get<int>("VMOST") == 16);
    CHECK(c.get<double>("VHALF") == 0.5);
    CHECK(c.get<std::string>("VTITLE") == "Vendor");
    CHECK(c.get<int>("vcount") == 7);
    CHECK(c.get<std::string>("vname") == "vendor");
    CHECK(c.get<std::vector<double>>("vlimits") == std::vector<double>{1, 2.5, 4});
    CHECK(has(message_of<bridge32::RemoteError>([&] { c.get("vendless"); }), "has no length"));

    c.call("set_vcount", 9);
    CHECK(c.get<int>("vcount") == 9);
    CHECK(c.call<int>("vcount_now") == 9);
    c.call("set_vlimits", std::vector<double>{4, 5, 6});
    CHECK(c.get<std::vector<double>>("vlimits") == std::vector<double>{4, 5, 6});
    c.call("set_vorigin", Point{3, 4});
    CHECK(c.get<Point>("vorigin") == Point{3, 4});
    CHECK_THROWS_AS(c.call("set_vcount", 1.5), bridge32::InvalidArgument);
    CHECK_THROWS_AS(c.call("set_vlimits", std::vector<double>{4}), bridge32::InvalidArgument);
    CHECK(c.get<int>("vfixed") == 3);
    CHECK_THROWS_AS(c.call("set_vfixed", 4), bridge32::MethodNotFound);
    CHECK_THROWS_AS(c.call("set_vname", "text"), bridge32::MethodNotFound);  // whose memory?
}

TEST_CASE("ffi: a call of what is missing says what is missing") {
    auto c = vendor();
    const auto text_of = [&](const char* method) {
        return message_of<bridge32::Error>([&] { c.call(method, 1); });
    };

    CHECK(has(text_of("unknown"), "who frees it?"));
    CHECK(has(text_of("unsaid"), "parameter `data`"));
    CHECK(has(text_of("unsaid"), "in, out, inout"));
    CHECK(has(text_of("not_there"), "`not_there`"));
    for (const char* const method : {"reads_file", "reads_files"}) {
        CAPTURE(method);
        CHECK(has(text_of(method), "a FILE belongs to the C library of one process"));
    }
    CHECK(has(text_of("formats"), "a va_list cannot be made by a caller"));
    CHECK(has(text_of("jumps"), "a jmp_buf leads into functions that run"));
    const auto log = c.call<bridge32::Handle<struct Log>>("log_open");
    CHECK(c.call<int>("log_level", log) == 1);
}

TEST_CASE("ffi: describe gives types, docs and prototypes") {
    const Json described = vendor().describe();

    for (const Json& method : described["methods"]) {
        if (method["name"] == "add") {
            CHECK(method["doc"] == "Adds two numbers.");
            CHECK(method["prototype"] == "int add(int a, int b)");
            CHECK(method["parameters"] ==
                  Json{{{"name", "a"}, {"type", "int32"}}, {{"name", "b"}, {"type", "int32"}}});
            CHECK(method["result"] == "int32");
        }
        if (method["name"] == "divide") {
            CHECK(method["parameters"].size() == 2);
            CHECK(method["result"] == "(quotient: int32, remainder: int32)");
        }
    }
    const Json& types = described["types"];
    CHECK(types["point"] ==
          Json{{"kind", "struct"},
               {"members",
                {{{"name", "x"}, {"type", "float64"}}, {{"name", "y"}, {"type", "float64"}}}}});
    CHECK(types["mode"] == Json{{"kind", "enum"}, {"values", {{"mode_off", 0}, {"mode_on", 5}}}});
    CHECK(types["info"]["members"][5] == Json{{"name", "level"}, {"type", "int32"}, {"bits", 5}});
}

TEST_CASE("ffi: the interface of its README is one, given as text") {
    bridge32::Client c("ffi", with(kInterface));

    CHECK(c.call<double>("sum", std::vector<double>{1, 2}) == 3);
    CHECK(c.call("vopen", 3)["return"] == 0);
}

TEST_CASE("ffi: an interface of another library is an error at open") {
    const std::string text = message_of<bridge32::PluginError>([] {
        bridge32::Client("ffi", with("interface 1; library \"vendor\" { } int ad(int a, int b);"));
    });
    CAPTURE(text);
    CHECK(has(text, "none of the interface's functions"));
    // A host that is allowed to serve the file loads nothing else for a client.
    bridge32::ClientOptions other = with("interface 1; library \"vendor\" { } int add(int, int);");
    other.plugin_path = test::kLibraries / "32";
    CHECK_THROWS_AS(bridge32::Client("vendor", other), bridge32::PluginError);
    CHECK(has(text, "`add`"));
    CHECK(has(message_of<bridge32::PluginError>([] {
                  bridge32::Client("ffi", with("interface 1;\nlibrary \"vendor\" { } itn f();"));
              }),
              "interface:2:"));
}

}  // namespace ffi_test
