#include "protocol/open_reply.hpp"

#include <doctest/doctest.h>

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
    for (const char* const json : {"", "{}", "[]", R"({"result":null})", R"({"result":{"host":5}})",
                                   R"({"result":{"host":"h","pid":1,"bits":32,"plugin":"p"}})"}) {
        CAPTURE(json);
        CHECK_THROWS_WITH_AS(protocol::read_open_reply(json),
                             doctest::Contains("the host's first message is malformed: "),
                             ProtocolError);
    }
}

}  // namespace open_reply_test
