#include "bridge32/internal/protocol/error.hpp"

#include <doctest/doctest.h>

#include "protocol/throw_failure.hpp"

namespace error_test {

using namespace bridge32;
using protocol::error_text;
using protocol::Failure;
using protocol::read_error;

TEST_CASE("error: the message is as documented") {
    const std::string text = error_text({"TooHigh", "3.5 is too high", "callback", 1});

    CHECK(text == R"({"error":{"type":"TooHigh","message":"3.5 is too high",)"
                  R"("where":"callback","thrown":1}})");
    CHECK(protocol::is_error(text));
    const Failure read = read_error(text);
    CHECK(read.type == "TooHigh");
    CHECK(read.message == "3.5 is too high");
    CHECK(read.where == "callback");
    CHECK(read.thrown == 1);
}

TEST_CASE("error: without a place and an exception it has two members") {
    const std::string text = error_text({"Error", "no"});

    CHECK(text == R"({"error":{"type":"Error","message":"no"}})");
    const Failure read = read_error(text);
    CHECK(read.where.empty());
    CHECK(read.thrown == 0);
}

TEST_CASE("error: bytes that are not UTF-8 are replaced, all others are kept") {
    const std::string text = error_text({"Error", "a\xff\"\n\x01", "p.m"});

    CHECK(text ==
          "{\"error\":{\"type\":\"Error\",\"message\":\"a\xef\xbf\xbd\\\"\\n\\u0001\","
          "\"where\":\"p.m\"}}");
    CHECK(read_error(text).message == "a\xef\xbf\xbd\"\n\x01");
}

TEST_CASE("error: the prepared out-of-memory error is well-formed") {
    CHECK(protocol::is_error(protocol::kOutOfMemory));
    CHECK(read_error(protocol::kOutOfMemory).type == "std::bad_alloc");
}

TEST_CASE("error: the largest number of an exception survives") {
    constexpr std::uint64_t kLargest = 0xffffffffffffffff;

    CHECK(read_error(error_text({"Error", "", "", kLargest})).thrown == kLargest);
}

TEST_CASE("error: members of unexpected types and unknown members are ignored") {
    const Failure read = read_error(
        R"( { "later": 1, "error": {"type": 5, "message": null, "where": [], "code": {}} } )");

    CHECK(read.type.empty());
    CHECK(read.message.empty());
    CHECK(read.where.empty());
    for (const char* const thrown : {"-1", "1.5", "1e2", "18446744073709551616", "\"1\"", "null"}) {
        CAPTURE(thrown);
        const std::string json = std::string(R"({"error":{"thrown":)") + thrown + "}}";
        CHECK(read_error(json).thrown == 0);
    }
}

TEST_CASE("error: text that is not an error throws ProtocolError") {
    const std::string deep =
        R"({"error":{"x":)" + std::string(200, '[') + std::string(200, ']') + "}}";
    for (const std::string& json :
         {std::string(), std::string("{}"), std::string("[]"), std::string(R"({"error":"no"})"),
          std::string(R"({"result":3})"), std::string(R"({"error":{"type":"a"})"), deep}) {
        CAPTURE(json);
        CHECK_THROWS_WITH_AS(read_error(json), doctest::Contains("neither a result nor an error"),
                             ProtocolError);
    }
    CHECK_FALSE(protocol::is_error(""));
    CHECK_FALSE(protocol::is_error(R"({"result":{"error":1}})"));
    CHECK_FALSE(protocol::is_error(R"( {"error":{}})"));
}

TEST_CASE("throw_failure: the type says which exception it is") {
    const auto thrown = [](const char* type) { protocol::throw_failure({type, "why", "p.m", 0}); };

    CHECK_THROWS_WITH_AS(thrown("PluginError"), "why", PluginError);
    CHECK_THROWS_WITH_AS(thrown("ProtocolError"), "why", ProtocolError);
    CHECK_THROWS_WITH_AS(thrown("InvalidArgument"), "p.m: InvalidArgument: why", InvalidArgument);
    CHECK_THROWS_WITH_AS(thrown("MethodNotFound"), "p.m: MethodNotFound: why", MethodNotFound);
    CHECK_THROWS_WITH_AS(thrown("TooHigh"), "p.m: TooHigh: why", RemoteError);
}

}  // namespace error_test
