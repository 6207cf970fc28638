#include "bridge32/internal/protocol/request.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace request_test {

using namespace bridge32;
using protocol::RequestKind;
using protocol::RequestView;

namespace {

template <class... A>
std::string call_text(std::string_view method, const A&... arguments) {
    Encoder out;
    protocol::write_call(out, method, arguments...);
    return out.text();
}

std::string get_text(std::string_view property) {
    Encoder out;
    protocol::write_get(out, property);
    return out.text();
}

/// Two ints, read in one go.
bool read_two(const RequestView& view, int& a, int& b) {
    return view.read_in_order([&](Decoder& in) {
        const auto next = [&](int& value) {
            if (!in.reader().next_element()) return false;
            value = in.value<int>();
            return true;
        };
        return next(a) && next(b) && !in.reader().next_element();
    });
}

}  // namespace

TEST_CASE("request: calls are as documented") {
    CHECK(call_text("add", 1, 2) == R"({"method":"add","args":[1,2]})");
    CHECK(call_text("add", 1, Named{{"b", 2}}) ==
          R"({"method":"add","args":[1],"kwargs":{"b":2}})");
    CHECK(call_text("add", Named{{"a", 1}}, Named{{"b", 2}}) ==
          R"({"method":"add","kwargs":{"a":1,"b":2}})");
    CHECK(call_text("add", Named{}) == R"({"method":"add"})");
    CHECK(call_text("reset") == R"({"method":"reset"})");
    CHECK(get_text("version") == R"({"get":"version"})");

    Encoder out;
    protocol::write_describe(out);
    CHECK(out.text() == R"({"describe":true})");
}

TEST_CASE("request: names and arguments are escaped") {
    CHECK(call_text("a\"b\n", "ü") == R"({"method":"a\"b\n","args":["ü"]})");
    CHECK(get_text("größe") == R"({"get":"größe"})");
    CHECK(call_text("f", Named{{"a\"b", Json{{"$x", 1}}}}) ==
          R"({"method":"f","kwargs":{"a\"b":{"$$x":1}}})");
    CHECK_THROWS_AS(call_text("\xff"), CodecError);
    CHECK_THROWS_AS(get_text("\xff"), CodecError);
    CHECK_THROWS_AS(call_text("f", "\xff"), CodecError);
}

TEST_CASE("request: a call of texts has those that are given") {
    const auto text = [](std::string_view args, std::string_view kwargs) {
        Encoder out;
        protocol::write_call_text(out, "add", args, kwargs);
        return out.text();
    };

    CHECK(text("", "") == R"({"method":"add"})");
    CHECK(text("[1]", "") == R"({"method":"add","args":[1]})");
    CHECK(text("[1]", R"({"b":2})") == R"({"method":"add","args":[1],"kwargs":{"b":2}})");
}

TEST_CASE("request: a batch is as documented") {
    Encoder out;
    protocol::begin_batch(out);
    out.next();
    protocol::write_call(out, "add", 1, 2);
    out.next();
    protocol::write_get(out, "version");
    out.next();
    protocol::write_call(out, "ad");
    protocol::end_batch(out);

    CHECK(out.text() ==
          R"({"batch":[{"method":"add","args":[1,2]},{"get":"version"},{"method":"ad"}]})");
    RequestView view;
    view.read(out.text());
    REQUIRE(view.kind() == RequestKind::batch);
    auto items = view.batch();
    std::vector<std::string> names;
    while (const auto item = items.next()) {
        RequestView one;
        one.read(*item);
        names.emplace_back(one.name());
    }
    CHECK(names == std::vector<std::string>{"add", "version", "ad"});
}

TEST_CASE("request: a batch of none is empty") {
    Encoder out;
    protocol::begin_batch(out);
    protocol::end_batch(out);

    CHECK(out.text() == R"({"batch":[]})");
    RequestView view;
    view.read(out.text());
    CHECK_FALSE(view.batch().next());
}

TEST_CASE("request: a view finds the parts") {
    RequestView view;

    SUBCASE("of a call with positional arguments") {
        view.read(R"({"method":"add","args":[1,2]})");

        CHECK(view.kind() == RequestKind::call);
        CHECK(view.name() == "add");
        CHECK(view.arguments().args == "[1,2]");
        CHECK(view.arguments().kwargs.empty());
    }
    SUBCASE("of a call with both kinds of arguments") {
        view.read(R"({"method":"add","args":[1],"kwargs":{"b":2}})");

        CHECK(view.kind() == RequestKind::call);
        CHECK(view.arguments().args == "[1]");
        CHECK(view.arguments().kwargs == R"({"b":2})");
    }
    SUBCASE("of a call whose last named argument is an array") {
        view.read(R"({"method":"add","args":[1],"kwargs":{"b":[2]},"later":[3]})");

        CHECK(view.arguments().args == "[1]");
        CHECK(view.arguments().kwargs == R"({"b":[2]})");
    }
    SUBCASE("of a call without arguments") {
        view.read(R"({"method":"reset"})");

        CHECK(view.kind() == RequestKind::call);
        CHECK(view.arguments().args.empty());
    }
    SUBCASE("in any order, with whitespace and unknown members") {
        view.read(R"( { "later" : {} , "args" : [ 1 ] , "method" : "\u0061dd" } )");

        CHECK(view.kind() == RequestKind::call);
        CHECK(view.name() == "add");
        CHECK(view.arguments().args == "[ 1 ]");
    }
    SUBCASE("of the reading of a property") {
        view.read(R"({"get":"version"})");

        CHECK(view.kind() == RequestKind::get);
        CHECK(view.name() == "version");
    }
    SUBCASE("of the question what there is") {
        view.read(R"({"describe":true})");

        CHECK(view.kind() == RequestKind::describe);
        CHECK(view.name().empty());
    }
}

TEST_CASE("request: positional arguments are read in one go") {
    int a = 0;
    int b = 0;
    const auto reads = [&](std::string_view json) {
        RequestView view;
        view.read(json);
        return read_two(view, a, b);
    };

    CHECK(reads(R"({"method":"add","args":[1,2]})"));
    CHECK(a == 1);
    CHECK(b == 2);
    CHECK_FALSE(reads(R"({"method":"add","args":[1]})"));
    CHECK_FALSE(reads(R"({"method":"add","args":[1,2,3]})"));
    CHECK_FALSE(reads(R"({"method":"add","args":[1,"2"]})"));
    CHECK_FALSE(reads(R"({"method":"add","args":[1,2],"later":[3]})"));
    CHECK_FALSE(reads(R"({"method":"add","args":[1,2],"kwargs":{}})"));
    CHECK_FALSE(reads(R"({"args":[1,2],"method":"add"})"));
    CHECK_FALSE(reads(R"({"get":"add"})"));
}

TEST_CASE("request: attachments come with the arguments") {
    Encoder out;
    const std::vector<double> sent{1, 2, 3};
    protocol::write_call(out, "sum", sent);
    RequestView view;
    view.read(out.text(), out.attachments());

    std::vector<double> received;
    const bool read = view.read_in_order([&](Decoder& in) {
        in.reader().next_element();
        received = in.value<std::vector<double>>();
        return !in.reader().next_element();
    });

    CHECK(read);
    CHECK(received == sent);
    CHECK(view.attachments().size() == 1);
}

TEST_CASE("request: what is malformed is an InvalidArgument") {
    const auto refused = [](std::string_view json, const char* why) {
        CAPTURE(json);
        RequestView view;
        CHECK_THROWS_WITH_AS(view.read(json), doctest::Contains(why), InvalidArgument);
    };

    for (const char* const json :
         {"", "null", "[]", "{", R"({"method":5})", R"({"method":"a"} x)", R"({"describe":1})",
          R"({"method":"a","args":})", "{\"get\":\"\xff\"}"}) {
        refused(json, "the request is not valid: ");
    }
    refused("{}", "it has none of `method`, `get`, `describe` and `batch`");
    refused(R"({"describe":false})", "it has none of `method`, `get`, `describe` and `batch`");
    refused(R"({"method":"a","get":"b"})", "more than one of");
    refused(R"({"method":"a","method":"b"})", "more than one of");
    refused(R"({"args":[],"method":"a","args":[1]})", "it has `args` twice");
    refused(R"({"kwargs":{},"method":"a","kwargs":{}})", "it has `kwargs` twice");
}

TEST_CASE("request: a mistake in arguments is found when they are read") {
    RequestView view;
    view.read(R"({"method":"add","args":[1,,2]})");

    CHECK(view.name() == "add");
    int a = 0;
    int b = 0;
    CHECK_FALSE(read_two(view, a, b));
    CHECK_THROWS_AS(view.arguments(), InvalidArgument);
}

TEST_CASE("request: nesting is bounded") {
    const std::string deep = std::string(200, '[') + std::string(200, ']');
    RequestView view;

    CHECK_THROWS_AS(view.read(R"({"args":)" + deep + R"(,"method":"a"})"), InvalidArgument);
    RequestView unread;
    const std::string call = R"({"method":"a","args":)" + deep + "}";
    unread.read(call);
    CHECK_THROWS_AS(unread.arguments(), InvalidArgument);
}

TEST_CASE("request: the name is known when a later part is malformed") {
    RequestView view;

    CHECK_THROWS_AS(view.read(R"({"method":"add","kwargs":[})"), InvalidArgument);

    CHECK(view.name() == "add");
}

TEST_CASE("request: a batch that is no array is refused when it is read") {
    RequestView view;
    view.read(R"({"batch":5})");

    CHECK_THROWS_AS(view.batch(), CodecError);
}

TEST_CASE("request: the name at its beginning is found without reading it") {
    using protocol::leading_name;

    CHECK(leading_name(R"({"method":"add","args":[1)") == "add");
    CHECK(leading_name(R"({"get":"version"})") == "version");
    CHECK(leading_name(R"({"get":"vers)").empty());
    CHECK(leading_name(R"({"describe":true})").empty());
    CHECK(leading_name(R"( {"method":"add"})").empty());
    CHECK(leading_name("").empty());
}

}  // namespace request_test
