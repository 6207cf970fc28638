#include "bridge32/internal/protocol/create.hpp"

#include <doctest/doctest.h>

namespace create_test {

using namespace bridge32;
using protocol::CreateView;

TEST_CASE("create: plugin, kwargs and structs are passed on") {
    const std::string text = protocol::create_text({"my_lib", "/p/my_lib.b32.so", "/p"},
                                                   R"({"gain":2.5})", R"({"Peak":{}})", "own");

    CHECK(text == R"({"plugin":{"folder":"/p","name":"my_lib","path":"/p/my_lib.b32.so"},)"
                  R"("kwargs":{"gain":2.5},"structs":{"Peak":{}},"instances":"own"})");
    CreateView view;
    view.read(text);
    CHECK(view.name == "my_lib");
    CHECK(view.folder == "/p");
    CHECK(view.kwargs == R"({"gain":2.5})");
    CHECK(view.structs == R"({"Peak":{}})");
    CHECK(view.instances == "own");
}

TEST_CASE("create: bytes of a path that are not UTF-8 are replaced, all others are kept") {
    const std::string text = protocol::create_text({"a\"b", "/\xff/a", "/\xff"}, "{}", "{}", "");

    CHECK(text ==
          "{\"plugin\":{\"folder\":\"/\xef\xbf\xbd\",\"name\":\"a\\\"b\","
          "\"path\":\"/\xef\xbf\xbd/a\"},\"kwargs\":{},\"structs\":{}}");
    CreateView view;
    view.read(text);
    CHECK(view.name == "a\"b");
    CHECK(view.instances.empty());
}

TEST_CASE("create: members may be missing or unknown") {
    CreateView view;

    view.read(R"({"later":1,"plugin":{"version":3}})");

    CHECK(view.name.empty());
    CHECK(view.kwargs == "{}");
    CHECK(view.structs == "{}");
}

TEST_CASE("create: malformed text throws CodecError") {
    for (const char* const json : {"", "[]", R"({"plugin":"my_lib"})", R"({"plugin":{"name":5}})",
                                   R"({"instances":5})", R"({"kwargs":})", R"({"kwargs":{}} x)"}) {
        CAPTURE(json);
        CreateView view;
        CHECK_THROWS_AS(view.read(json), CodecError);
    }
}

}  // namespace create_test
