// Requests that do not fit the plugin.
#include <doctest/doctest.h>

#include <cstdint>
#include <optional>
#include <string>

#include "unit/plugin/fake_host.hpp"

namespace bad_arguments_test {

namespace {

using bridge32::Json;
using bridge32::test::Loaded;

class Strict : public bridge32::Plugin {
public:
    Strict() {
        method("add", [](std::int32_t a, std::int32_t b) { return a + b; }, {"a", "b"});
        method("add_all", [](int a, int, std::optional<int>) { return a; }, {"a", {"b", 2}, "c"});
        method("unnamed", [](int a, std::string) { return a; });
        method("one", [](const char*) {}, {"text"});
        method("nothing", [] {});
        property("version", 3);
    }
};

class Many : public bridge32::Plugin {
public:
    Many() {
        for (int i = 0; i < 20; ++i) {
            method("method_" + std::to_string(i), [] {});
        }
    }
};

std::string message(Loaded<Strict>& lib, const std::string& request) {
    return lib.result(request).get<std::string>();
}

}  // namespace

TEST_CASE("plugin: a value that does not fit is an InvalidArgument that names it") {
    Loaded<Strict> lib;

    CHECK(message(lib, R"({"method":"add","args":[1099511627776,1]})") ==
          "InvalidArgument: argument `a` of add: 1099511627776 does not fit an int32 "
          "(-2147483648 to 2147483647)");
    CHECK(message(lib, R"({"method":"add","kwargs":{"a":1,"b":1.5}})") ==
          "InvalidArgument: argument `b` of add: expected an integer, found 1.5");
    CHECK(message(lib, R"({"method":"add","args":[true,1]})") ==
          "InvalidArgument: argument `a` of add: expected an integer, found true");
    CHECK(message(lib, R"({"method":"unnamed","args":[1,2]})") ==
          "InvalidArgument: argument 2 of unnamed: expected a string, found 2");
    CHECK(message(lib, R"({"method":"one","args":["a\u0000b"]})") ==
          "InvalidArgument: argument `text` of one: the string contains a zero byte, which would "
          "end a C string");
    CHECK(lib.error(R"({"method":"add","args":["x",1]})").at("where") == "lib.add");
}

TEST_CASE("plugin: the wrong number of arguments is an InvalidArgument") {
    Loaded<Strict> lib;

    CHECK(message(lib, R"({"method":"add","args":[1,2,3]})") ==
          "InvalidArgument: add takes 2 arguments (a, b), 3 were given");
    CHECK(message(lib, R"({"method":"add_all","args":[1,2,3,4]})") ==
          "InvalidArgument: add_all takes 1 to 3 arguments (a, b=2, c=null), 4 were given");
    CHECK(message(lib, R"({"method":"unnamed","args":[1,"",3]})") ==
          "InvalidArgument: unnamed takes 2 arguments, 3 were given");
    CHECK(message(lib, R"({"method":"nothing","args":[1]})") ==
          "InvalidArgument: nothing takes no arguments, 1 was given");
    CHECK(message(lib, R"({"method":"add","args":[1]})") ==
          "InvalidArgument: argument `b` of add is missing");
    CHECK(message(lib, R"({"method":"add","kwargs":{"b":1}})") ==
          "InvalidArgument: argument `a` of add is missing");
    CHECK(message(lib, R"({"method":"unnamed","args":[1]})") ==
          "InvalidArgument: argument 2 of unnamed is missing");
}

TEST_CASE("plugin: unknown and repeated names are an InvalidArgument") {
    Loaded<Strict> lib;

    CHECK(message(lib, R"({"method":"add","args":[1,2],"kwargs":{"c":3}})") ==
          "InvalidArgument: add has no parameter `c`; its parameters are a, b. Did you mean `a` "
          "or `b`?");
    CHECK(message(lib, R"({"method":"add","args":[1,2],"kwargs":{"factor":3}})") ==
          "InvalidArgument: add has no parameter `factor`; its parameters are a, b");
    CHECK(message(lib, R"({"method":"unnamed","args":[1],"kwargs":{"text":"a"}})") ==
          "InvalidArgument: unnamed has no parameter `text`; its parameters have no names, so pass "
          "arguments by position");
    CHECK(message(lib, R"({"method":"nothing","kwargs":{"a":1}})") ==
          "InvalidArgument: nothing has no parameter `a`; it takes no arguments");
    CHECK(message(lib, R"({"method":"add","args":[1],"kwargs":{"a":1,"b":2}})") ==
          "InvalidArgument: argument `a` of add was given twice: by position and by name");
    CHECK(message(lib, R"({"method":"add","kwargs":{"a":1,"b":2,"a":3}})") ==
          "InvalidArgument: argument `a` of add was given twice, by name");
}

TEST_CASE("plugin: a name that is not there is a MethodNotFound with the nearest names") {
    Loaded<Strict> lib;

    CHECK(message(lib, R"({"method":"ad"})") ==
          "MethodNotFound: lib has no method `ad`. Did you mean `add`? It has `add`, `add_all`, "
          "`unnamed`, `one` and `nothing`");
    CHECK(message(lib, R"({"get":"versoin"})") ==
          "MethodNotFound: lib has no property `versoin`. Did you mean `version`? It has "
          "`version`");
    CHECK(message(lib, R"({"method":"version"})") ==
          "MethodNotFound: lib has no method `version`: it is a property; read it instead");
    CHECK(message(lib, R"({"get":"add"})") ==
          "MethodNotFound: lib has no property `add`: it is a method; call it instead");
    CHECK(lib.error(R"({"method":"ad"})").at("where") == "lib.ad");

    Loaded<Many> many;
    CHECK(many.result(R"({"method":"other"})") == "MethodNotFound: lib has no method `other`.");
    CHECK(many.result(R"({"get":"x"})") == "MethodNotFound: lib has no property `x`. It has none");
}

TEST_CASE("plugin: a request that is malformed is an InvalidArgument") {
    Loaded<Strict> lib;
    const std::string deep =
        R"({"method":"add","args":[)" + std::string(10'000, '[') + std::string(10'000, ']') + "]}";

    for (const std::string& request :
         {std::string(), std::string("null"), std::string("{"), std::string("[1]"),
          std::string(R"({"method":"add","args":[1,2]}x)"), std::string(R"({"method":1})"),
          std::string(R"({"method":"add","args":{}})"),
          std::string(R"({"method":"add","kwargs":[]})"), std::string(R"({"args":[]})"),
          std::string(R"({"method":"add","get":"version"})"), std::string(R"({"describe":false})"),
          std::string(R"({"method":"add","args":[1],"args":[1,2]})"),
          std::string("{\"method\":\"\xff\"}"), deep}) {
        CAPTURE(request.substr(0, 60));
        const Json error = lib.error(request);
        REQUIRE(error.is_object());
        CHECK(error.at("type") == "InvalidArgument");
        CHECK(error.at("message").get<std::string>().starts_with("the request is not valid: "));
    }
    CHECK(lib.result(R"({"method":"add","args":[1,2]})") == 3);
}

}  // namespace bad_arguments_test
