#include "bridge32/internal/protocol/open.hpp"

#include <doctest/doctest.h>

namespace open_test {

using namespace bridge32;
using protocol::OpenView;

TEST_CASE("open: the message is as documented") {
    Encoder out;

    protocol::write_open(out, "my_lib", {{"gain", 2.5}}, "{}");

    CHECK(out.text() == R"({"plugin":"my_lib","kwargs":{"gain":2.5},"structs":{}})");
    const OpenView view(out.text());
    CHECK(view.plugin() == "my_lib");
    CHECK(view.kwargs() == R"({"gain":2.5})");
    CHECK(view.structs() == "{}");
}

TEST_CASE("open: names and kwargs may hold any text") {
    Encoder out;

    protocol::write_open(out, "a \"b\"", {{"$x", "ü"}}, R"({"Peak":{}})");

    CHECK(out.text() == R"({"plugin":"a \"b\"","kwargs":{"$$x":"ü"},"structs":{"Peak":{}}})");
    CHECK(OpenView(out.text()).plugin() == "a \"b\"");
}

TEST_CASE("open: arrays in kwargs are attachments") {
    Encoder out;

    protocol::write_open(out, "my_lib", {{"table", Json::binary({1, 2})}}, "{}");

    CHECK(out.text() ==
          R"({"plugin":"my_lib","kwargs":{"table":{"$bytes":{"at":0}}},"structs":{}})");
    CHECK(out.attachments().size() == 1);
}

TEST_CASE("open: members may be missing, in any order, or unknown") {
    const OpenView empty("{}");
    const OpenView view(R"( { "later": [1], "kwargs": null, "plugin": "my_lib" } )");

    CHECK(empty.plugin().empty());
    CHECK(empty.kwargs() == "{}");
    CHECK(empty.structs() == "{}");
    CHECK(view.plugin() == "my_lib");
    CHECK(view.kwargs() == "null");
}

TEST_CASE("open: malformed text throws ProtocolError") {
    for (const char* const json :
         {"", "[]", "{", R"({"plugin":5})", R"({"plugin":"a"} x)", R"({"plugin":"a","kwargs":})",
          "{\"plugin\":\"\xff\"}", R"({"plugin":"a)"}) {
        CAPTURE(json);
        CHECK_THROWS_WITH_AS(OpenView{json},
                             doctest::Contains("the client's first message is malformed: "),
                             ProtocolError);
    }
}

}  // namespace open_test
