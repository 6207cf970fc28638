#include "protocol/open_reply.hpp"

#include <doctest/doctest.h>

#include <string>

#include "bridge32/error.hpp"

namespace open_reply_test {

using namespace bridge32;

TEST_CASE("open reply: the message is as documented") {
    const std::string text = protocol::open_reply_text(
        {"host32 0.1.0", 4711, 32, "my_lib", "/opt/bridge32/plugins/my_lib.b32.so"});

    CHECK(text == R"({"result":{"bits":32,"host":"host32 0.1.0","pid":4711,)"
                  R"("plugin":{"name":"my_lib","path":"/opt/bridge32/plugins/my_lib.b32.so"}}})");
    const auto reply = protocol::read_open_reply(text);
    CHECK(reply.host == "host32 0.1.0");
    CHECK(reply.pid == 4711);
    CHECK(reply.bits == 32);
    CHECK(reply.plugin == "my_lib");
    CHECK(reply.plugin_path == "/opt/bridge32/plugins/my_lib.b32.so");
}

TEST_CASE("open reply: malformed text throws ProtocolError") {
    for (const char* const json :
         {"", "{}", "[]", R"({"result":null})", R"({"result":{"host":5}})",
          R"({"result":{"host":"h","pid":1,"bits":32,"plugin":"p"}})",
          R"({"result":{"host":"h","pid":1,"bits":32,"plugin":{}}})",
          R"({"error":{"type":"T","message":"m"}})", "hello", "{\"result\":{\"host\":\"\xff\"}}"}) {
        CAPTURE(json);
        CHECK_THROWS_WITH_AS(protocol::read_open_reply(json),
                             doctest::Contains("the host's first message is malformed: "),
                             ProtocolError);
    }
}

TEST_CASE("open reply: numbers that do not fit, and text nested too deep, are a ProtocolError") {
    const auto reply = [](const std::string& pid, const std::string& more) {
        return R"({"result":{"bits":32,"host":"h","pid":)" + pid +
               R"(,"plugin":{"name":"p","path":"/p")" + more + "}}}";
    };
    CHECK(protocol::read_open_reply(reply("5", R"(,"more":[[1]])")).pid == 5);

    for (const char* const pid : {"-1", "1.5", "1099511627776", "\"5\"", "1e99"}) {
        CAPTURE(pid);
        CHECK_THROWS_AS(protocol::read_open_reply(reply(pid, "")), ProtocolError);
    }
    const std::string deep(200'000, '[');
    for (const std::string& text : {deep, R"({"result":)" + deep,
                                    reply("5", ",\"more\":" + deep + std::string(200'000, ']'))})
        CHECK_THROWS_AS(protocol::read_open_reply(text), ProtocolError);
}

}  // namespace open_reply_test
