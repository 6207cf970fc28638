// Callbacks as C functions: see tests/plugins/c_functions.cpp.
#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "integration/support.hpp"

struct Frame {
    std::int32_t number;
    double time;
    std::int32_t pixels[3];
};
BRIDGE32_STRUCT(Frame, number, time, pixels)

namespace c_functions_test {

namespace {

using bridge32::Client;
using bridge32::InvalidArgument;
using bridge32::Json;

const Client& client() {
    static const Client c("c_functions", test::options());
    return c;
}

/// What `method` passes to a function of any arguments.
template <class... A>
std::vector<Json> seen_by(const std::string& method, A... arguments) {
    std::vector<Json> seen;
    client().call(method, arguments..., [&](const Json& json) { seen.push_back(json); });
    return seen;
}

}  // namespace

TEST_CASE("C functions: a pointer and a length are a range") {
    CHECK(seen_by("span") == std::vector<Json>{{1, -2, 3}});
    CHECK(seen_by("bytes") == std::vector<Json>{Json::binary({'a', 0, 'b'})});
    CHECK(seen_by("counted_text") == std::vector<Json>{"abc"});
    CHECK(seen_by("texts") == std::vector<Json>{{"one", nullptr}});
    CHECK(seen_by("length", 0) == std::vector<Json>{Json::array()});
    client().call("vector_count_first", [](int i, const std::vector<double>& data) {
        CHECK(i == 7);
        CHECK(data == std::vector{0.5, 1.5});
    });
    CHECK_THROWS_WITH_AS(seen_by("length", -1),
                         doctest::Contains("the library passed -1 as its length"), InvalidArgument);
    CHECK_THROWS_WITH_AS(seen_by("length", 3), doctest::Contains("null in place of 3 elements"),
                         InvalidArgument);
}

TEST_CASE("C functions: a pointer to a struct is the struct, and null is nullopt or an error") {
    const Json frame{{"number", 7}, {"time", 0.5}, {"pixels", {1, 2, 3}}};

    CHECK(seen_by("struct_pointer") == std::vector<Json>{frame});
    CHECK(seen_by("struct_optional") == std::vector<Json>{nullptr});
    CHECK(client().call<int>("struct_value", [](const Frame& f) { return f.pixels[2]; }) == 3);
    CHECK_THROWS_WITH_AS(seen_by("struct_null"),
                         doctest::Contains("argument 1 of a callback: the library passed null"),
                         InvalidArgument);
}

TEST_CASE("C functions: user data is anywhere, and may be an integer") {
    CHECK(client().call<int>("data_in_the_middle",
                             [](int i, const std::string& s) { return i + int(s.size()); }) == 9);
    CHECK(client().call<int>("data_as_long", [](int i) { return 2 * i; }) == 10);
}

TEST_CASE("C functions: texts and bytes are returned, or written to the library's buffer") {
    CHECK(client().call<std::string>("returns_text", [](int i) {
        return i == 1 ? std::string("one") : std::string("two");
    }) == "onetwo");
    CHECK(client().call<bool>("returns_null", [] { return std::optional<std::string>(); }));
    const auto hello = [](int size) { return std::string("hello").substr(0, size > 0 ? 5 : 0); };
    CHECK(client().call<std::string>("fills", 16, hello) == std::string("5: hello\0?", 10));
    CHECK(client().call<std::string>("fills", 5, hello) == "5: hello??");
    CHECK_THROWS_WITH_AS(client().call("fills", 4, hello),
                         doctest::Contains("5 bytes do not fit the library's buffer of 4"),
                         InvalidArgument);
    CHECK(client().call<std::vector<int>>("reads", [](int n) {
        return bridge32::Bytes("xyz", static_cast<std::size_t>(n));
    }) == std::vector<int>{3, 'x', 9});
}

TEST_CASE("C functions: results of the callback are written to out-parameters") {
    CHECK(client().call<double>("out", [](int i) { return i / 2.0; }) == 1.5);
    CHECK(client().call<std::vector<double>>("outs", [](int i) {
        return std::tuple(i, i / 2.0, Frame{1, 0.25, {}});
    }) == std::vector{3.0, 1.5, 0.25});
}

TEST_CASE("C functions: an adapter does the rest") {
    for (const char* method : {"formatted", "variadic"}) {
        client().call(method, [](int level, const std::string& text) {
            CHECK(level == 3);
            CHECK(text == "x=42 end");
        });
    }
    CHECK(client().call<int>("rows", [](const std::vector<std::optional<std::string>>& values,
                                        const std::vector<std::string>& names) {
        CHECK(values == std::vector<std::optional<std::string>>{"1", std::nullopt});
        return static_cast<int>(names.size());
    }) == 2);
    CHECK(client().call<std::string>("adapter_text", [](int) { return std::string("a"); }) == "a!");
    CHECK_THROWS_WITH_AS(
        client().call("adapter_cuts", [](int) { return 2.75; }),
        doctest::Contains("the result of a callback: expected an integer, found 2.75"),
        InvalidArgument);
    CHECK_THROWS_WITH(client().call("adapter_throws", [](int) { return 1; }),
                      doctest::Contains("by the adapter"));
}

TEST_CASE("C functions: each runs its own lambda, whatever user data it gets") {
    std::string seen;

    client().call(
        "parse", [&](int i) { seen += 'o' + std::to_string(i); },
        [&](const std::string& text) { seen += text; },
        [&](int i) { seen += 'c' + std::to_string(i) + ' '; });

    CHECK(seen == "o1abc2 o1abc2 o1abc2 ");
    const auto nothing = [](int) {};
    CHECK_NOTHROW(client().call("many", 8, true, nothing));
    CHECK_NOTHROW(client().call("many", 100, false, nothing));
    CHECK_THROWS_WITH(client().call("many", 100, true, nothing),
                      doctest::Contains("pass each function its own user_data()"));
}

TEST_CASE("C functions: null text is nullopt, null or an error in the call") {
    const auto log = [](const std::string& method) {
        std::vector<Json> seen;
        try {
            client().call(method, [&](int, const Json& text) { seen.push_back(text); });
        } catch (const InvalidArgument& error) {
            seen.push_back(error.message());
        }
        return seen;
    };
    const std::vector<Json> whole{"one", nullptr, "three"};

    CHECK(log("log_optional") == whole);
    CHECK(log("log_pointer") == whole);
    for (const char* method : {"log", "log_reference", "log_view"}) {
        const auto seen = log(method);
        REQUIRE(seen.size() == 2);
        CHECK(seen[1] ==
              "argument 2 of a callback: the library passed null in place of text: declare it as a "
              "std::optional<std::string>");
    }
}

TEST_CASE("C functions: text that is not UTF-8 is an error in the call, wide text is converted") {
    CHECK_THROWS_WITH_AS(seen_by("latin1"), doctest::Contains("Strings must be UTF-8"),
                         InvalidArgument);
    client().call("wide", [](const std::string& a, const std::u16string& b, const std::wstring& c) {
        CHECK(a == "\xc2\xb5V");
        CHECK(b == u"\u00b5V");
        CHECK(c == L"\u00b5V");
    });
}

TEST_CASE("C functions: numbers are never cut") {
    const auto same = [](int i) { return i; };

    CHECK(client().call<int>("double_for_int", 2.0, same) == 2);
    CHECK_THROWS_WITH_AS(
        client().call("double_for_int", 2.75, same),
        doctest::Contains("argument 1 of a callback: expected an integer, found 2.75"),
        InvalidArgument);
    CHECK(client().call<int>("int64_for_int", 5, same) == 5);
    CHECK_THROWS_WITH_AS(client().call("int64_for_int", (std::int64_t{1} << 32) + 5, same),
                         doctest::Contains("4294967301 does not fit an int32"), InvalidArgument);
    CHECK_THROWS_AS(
        client().call("int64_for_double", (std::int64_t{1} << 60) + 1, [](double) { return 1; }),
        InvalidArgument);
    CHECK_THROWS_AS(client().call("negative_for_unsigned", [](unsigned) { return 1; }),
                    InvalidArgument);
    CHECK(client().call<int>("result", [] { return 3.0; }) == 3);
    CHECK_THROWS_WITH_AS(
        client().call("result", [] { return 2.75; }),
        doctest::Contains("the result of a callback: expected an integer, found 2.75"),
        InvalidArgument);
    CHECK_THROWS_AS(client().call("result64", [] { return std::int64_t{1} << 40; }),
                    InvalidArgument);
    CHECK(client().call<int>("bools", [](bool b) { return b; }) == 1);
}

}  // namespace c_functions_test
