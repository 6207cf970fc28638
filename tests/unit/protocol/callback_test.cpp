#include "bridge32/internal/protocol/callback.hpp"

#include <doctest/doctest.h>

namespace callback_test {

using namespace bridge32;
using protocol::CallbackView;

TEST_CASE("callback: the message is as documented") {
    Encoder out;

    protocol::write_callback(out, 5, 0, 0.25);

    CHECK(out.text() == R"({"callback":5,"args":[0,0.25]})");
    const CallbackView view(out.text());
    CHECK(view.id() == 5);
    CHECK(view.arguments() == "[0,0.25]");
}

TEST_CASE("callback: the largest number is exact") {
    Encoder out;

    protocol::write_callback(out, 0xffffffffffffffff);

    CHECK(out.text() == R"({"callback":18446744073709551615,"args":[]})");
    CHECK(CallbackView(out.text()).id() == 0xffffffffffffffff);
}

TEST_CASE("callback: members may be missing or unknown") {
    CHECK(CallbackView("{}").id() == 0);
    CHECK(CallbackView(R"( { "later": {}, "callback": 7 } )").id() == 7);
    CHECK(CallbackView(R"({"callback":7})").arguments() == "[]");
}

TEST_CASE("callback: malformed text throws ProtocolError") {
    for (const char* const json : {"", "[]", R"({"callback":"5"})", R"({"callback":-1})",
                                   R"({"callback":1.5})", R"({"callback":18446744073709551616})",
                                   R"({"callback":5,"args":[1})", R"({"callback":5} x)"}) {
        CAPTURE(json);
        CHECK_THROWS_WITH_AS(CallbackView{json},
                             doctest::Contains("the host sent a malformed callback: "),
                             ProtocolError);
    }
}

}  // namespace callback_test
