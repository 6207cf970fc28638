// What an author can get wrong in a constructor, and the description of what is right.
#include <doctest/doctest.h>

#include <complex>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "unit/plugin/fake_host.hpp"

namespace registration_test {

namespace {

using bridge32::Json;
using bridge32::Params;
using bridge32::test::Loaded;

/// A plugin whose constructor does what a test says.
class Registers : public bridge32::Plugin {
public:
    explicit Registers(const std::function<void(Registers&)>& work) { work(*this); }
    using Plugin::method;
    using Plugin::property;
};

std::string refusal(const std::function<void(Registers&)>& work) {
    try {
        Registers plugin(work);
    } catch (const bridge32::PluginError& error) {
        return error.what();
    }
    return "registered";
}

int add(int a, int b) { return a + b; }

class NoBase {
public:
    virtual ~NoBase() = default;
    int f() { return 1; }
};

enum class Color : std::uint8_t { red };
struct Point {
    int x = 0;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Point, x)

class Described : public bridge32::Plugin {
public:
    Described() {
        method("add", add, {"a", {"b", 2}}, "The sum.");
        method("unnamed", [](std::span<const double>) {}).idempotent();
        property("version", 3, "Of the library.").idempotent();
        property("all", [] { return Json(); });
    }
};

}  // namespace

TEST_CASE("plugin: a mistake in a registration is a PluginError that names the method") {
    CHECK(refusal([](auto& p) { p.method("add", add, {"a", "b"}); }) == "registered");
    CHECK(refusal([](auto& p) { p.method("add", add); }) == "registered");
    CHECK(refusal([](auto& p) { p.method("add", add, {"a"}); }) ==
          "method add: the function takes 2 parameters, but 1 is named (a)");
    CHECK(refusal([](auto& p) {
              p.method("add", add, {"a", "b", "c"});
          }) == "method add: the function takes 2 parameters, but 3 are named (a, b, c)");
    CHECK(refusal([](auto& p) {
              p.method("add", add, {"a", "a"});
          }) == "method add: two parameters have the name `a`");
    CHECK(refusal([](auto& p) {
              p.method("add", add, {"a", ""});
          }) == "method add: parameter 2 has an empty name");
    CHECK(refusal([](auto& p) {
              p.method("add", add, {"a", {"b", "two"}});
          }) ==
          "method add: the default of parameter `b` does not fit: expected an integer, found the "
          "string \"two\"");
    CHECK(refusal([](auto& p) {
              p.method("add", add, {"a", {"b", 1.5}});
          }) ==
          "method add: the default of parameter `b` does not fit: expected an integer, found 1.5");
    CHECK(refusal([](auto& p) {
              p.method("f", &NoBase::f);
          }).ends_with("::NoBase, which is not a base of the plugin"));
}

TEST_CASE("plugin: a name that is taken, empty or no text is a PluginError") {
    CHECK(refusal([](auto& p) {
              p.method("add", add);
              p.method("add", add);
          }) == "method add: there is already a method of that name");
    CHECK(refusal([](auto& p) {
              p.property("version", 1);
              p.method("version", add);
          }) == "method version: there is already a property of that name");
    CHECK(refusal([](auto& p) { p.method("", add); }) == "a method has an empty name");
    CHECK(refusal([](auto& p) { p.property("", 1); }) == "a property has an empty name");
    CHECK(refusal([](auto& p) { p.property("p", 1, "caf\xe9"); }) ==
          "property p: the string is not valid UTF-8: byte 0xe9 at offset 3");
}

TEST_CASE("plugin: describe tells methods, parameters, types and documentation") {
    Loaded<Described> lib;

    Json description = lib.result(R"({"describe":true})");
    CHECK(description["sdk"] == "bridge32 " BRIDGE32_VERSION);
    description["sdk"] = "bridge32 VERSION";
    description.erase("structs");  // those of this whole test program

    CHECK(description == Json::parse(R"({
        "methods": [
            {"name": "add", "doc": "The sum.", "result": "int32", "parameters": [
                {"name": "a", "type": "int32"}, {"name": "b", "type": "int32", "default": 2}]},
            {"name": "unnamed", "doc": "", "idempotent": true, "result": "void", "parameters": [
                {"name": "", "type": "array of float64"}]}],
        "properties": [
            {"name": "version", "doc": "Of the library.", "idempotent": true, "type": "int32"},
            {"name": "all", "doc": "", "type": "any"}],
        "plugin": "lib", "sdk": "bridge32 VERSION", "threading": "main_thread",
        "libraries": []})"));
}

TEST_CASE("plugin: types have names for people") {
    using bridge32::detail::type_name;

    CHECK(type_name<void>() == "void");
    CHECK(type_name<bool>() == "bool");
    CHECK(type_name<const std::uint64_t&>() == "uint64");
    CHECK(type_name<float>() == "float32");
    CHECK(type_name<std::complex<double>>() == "complex128");
    CHECK(type_name<const char*>() == "string");
    CHECK(type_name<std::string_view>() == "string");
    CHECK(type_name<Json>() == "any");
    CHECK(type_name<bridge32::Bytes>() == "bytes");
    CHECK(type_name<std::span<const std::byte>>() == "bytes");
    CHECK(type_name<std::vector<std::int16_t>>() == "array of int16");
    CHECK(type_name<std::vector<bool>>() == "array of bool");
    CHECK(type_name<std::list<std::string>>() == "array of string");
    CHECK(type_name<bridge32::NdArray<float>>() == "n-dimensional array of float32");
    CHECK(type_name<std::optional<int>>() == "optional int32");
    CHECK(type_name<std::map<std::string, int>>() == "object of int32");
    CHECK(type_name<std::tuple<int, std::string>>() == "array of (int32, string)");
    CHECK(type_name<Color>() == "uint8");
    CHECK(type_name<Point>() == "object");
}

}  // namespace registration_test
