// Methods that throw, and results that cannot be sent.
#include <doctest/doctest.h>

#include <new>
#include <stdexcept>
#include <string>

#include "unit/plugin/fake_host.hpp"

namespace {

using bridge32::Json;
using bridge32::test::FakeCall;
using bridge32::test::Loaded;
using bridge32::test::request_of;

struct Custom {};

struct DeviceError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class Throws : public bridge32::Plugin {
public:
    Throws() {
        method("device", [] { throw DeviceError("no light"); });
        method("not_utf8", [] { throw std::runtime_error("caf\xe9"); });
        method("memory", [] { throw std::bad_alloc(); });
        method("remote", [] { throw bridge32::RemoteError("Lamp", "broken", ""); });
        method("where", [] { throw bridge32::RemoteError("Lamp", "broken", "lab.lamp"); });
        method("invalid", [] { throw bridge32::InvalidArgument("x must be even"); });
        method("not_found", [] { throw bridge32::MethodNotFound("no channel 7"); });
        method("plugin", [] { throw bridge32::PluginError("no library"); });
        method("number", [] { throw 42; });
        method("text", [] { throw "oops"; });
        method("string", [] { throw std::string("oops"); });
        method("custom", [] { throw Custom(); });
        method("bad_text", [] { return "caf\xe9"; });
        method("bad_member", [] { return Json{{"a", {"ok", "caf\xe9"}}}; });
        method("deep", [] {
            Json value;
            for (int i = 0; i < 1000; ++i) {
                value = Json::array({std::move(value)});
            }
            return value;
        });
        property("lamp", []() -> int { throw DeviceError("no light"); });
    }
};

}  // namespace

TEST_CASE("plugin: an exception of a method is answered with its type and text") {
    Loaded<Throws> lib;

    const Json error = lib.error(R"({"method":"device"})");
    CHECK(error.at("type") == "(anonymous namespace)::DeviceError");
    CHECK(error.at("message") == "no light");
    CHECK(error.at("where") == "lib.device");
    CHECK(lib.error(R"({"get":"lamp"})").at("where") == "lib.lamp");
    CHECK(lib.result(R"({"method":"not_utf8"})") == "std::runtime_error: caf\xef\xbf\xbd");
    CHECK(lib.result(R"({"method":"memory"})") == "std::bad_alloc: std::bad_alloc");
}

TEST_CASE("plugin: errors of bridge32 keep their type and message") {
    Loaded<Throws> lib;

    CHECK(lib.error(R"({"method":"remote"})") ==
          Json({{"type", "Lamp"}, {"message", "broken"}, {"where", "lib.remote"}}));
    CHECK(lib.error(R"({"method":"where"})").at("where") == "lab.lamp");
    CHECK(lib.result(R"({"method":"invalid"})") == "InvalidArgument: x must be even");
    CHECK(lib.result(R"({"method":"not_found"})") == "MethodNotFound: no channel 7");
    CHECK(lib.result(R"({"method":"plugin"})") == "PluginError: no library");
}

TEST_CASE("plugin: what is no std::exception is answered too") {
    Loaded<Throws> lib;

    CHECK(lib.result(R"({"method":"number"})") ==
          "int: the number 42, which is not a std::exception, was thrown");
    CHECK(lib.result(R"({"method":"text"})") ==
          "char const*: the string \"oops\", which is not a std::exception, was thrown");
    CHECK(lib.result(R"({"method":"string"})") ==
          "std::string: the string \"oops\", which is not a std::exception, was thrown");
    CHECK(lib.result(R"({"method":"custom"})") ==
          "(anonymous namespace)::Custom: an object of that type, which is not a std::exception, "
          "was thrown");
}

TEST_CASE("plugin: a result that cannot be represented is a CodecError that says what to do") {
    Loaded<Throws> lib;

    CHECK(lib.result(R"({"method":"bad_text"})") ==
          "CodecError: the result of bad_text cannot be sent: the string is not valid UTF-8: byte "
          "0xe9 at offset 3. Strings must be UTF-8 (use bridge32::Bytes for other bytes), and "
          "values can nest at most 64 deep");
    const Json error = lib.error(R"({"method":"bad_member"})");
    CHECK(error.at("type") == "CodecError");
    CHECK(error.at("where") == "lib.bad_member");
    CHECK(lib.error(R"({"method":"deep"})").at("message").get<std::string>().find("deeper") !=
          std::string::npos);
}

TEST_CASE("plugin: an exception of a call without reply is logged") {
    Loaded<Throws> lib;
    FakeCall call;
    const auto request = request_of(R"({"method":"device"})", {}, BRIDGE32_REQUEST_NO_REPLY);

    lib.kTable.call(lib.instance(), call.get(), &request);

    CHECK(call.replies.empty());
    REQUIRE(lib.host().logged.size() == 1);
    CHECK(lib.host().logged[0] ==
          "a call without reply of lib.device threw (anonymous namespace)::DeviceError: no light");
}
