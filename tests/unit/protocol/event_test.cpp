#include "bridge32/internal/protocol/event.hpp"

#include <doctest/doctest.h>

namespace event_test {

using namespace bridge32;
using protocol::EventView;

TEST_CASE("event: the message is as documented") {
    Encoder out;

    protocol::write_event(out, "progress", 0.4);

    CHECK(out.text() == R"({"event":"progress","args":[0.4]})");
    const EventView view(out.text());
    CHECK(view.name() == "progress");
    CHECK(view.arguments() == "[0.4]");
}

TEST_CASE("event: it has any number of arguments, and any name") {
    Encoder none;
    Encoder two;

    protocol::write_event(none, "done");
    protocol::write_event(two, "a\"b", 1, "x");

    CHECK(none.text() == R"({"event":"done","args":[]})");
    CHECK(two.text() == R"({"event":"a\"b","args":[1,"x"]})");
    CHECK(EventView(two.text()).name() == "a\"b");
    CHECK_THROWS_AS(protocol::write_event(none, "\xff"), CodecError);
}

TEST_CASE("event: members may be missing or unknown") {
    const EventView view(R"( { "later": [1], "event": "done" } )");

    CHECK(view.name() == "done");
    CHECK(view.arguments() == "[]");
}

TEST_CASE("event: malformed text throws ProtocolError") {
    for (const char* const json : {"", "[]", R"({"event":5})", R"({"event":"a","args":[})",
                                   R"({"event":"a"} x)", R"({"event":"a)"}) {
        CAPTURE(json);
        CHECK_THROWS_WITH_AS(EventView{json},
                             doctest::Contains("the host sent a malformed event: "), ProtocolError);
    }
}

}  // namespace event_test
