#include "bridge32/internal/protocol/reply.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace reply_test {

using namespace bridge32;
using protocol::ReplyView;

namespace {

template <class T>
std::string text_of_result(const T& value) {
    Encoder out;
    protocol::begin_result(out);
    out.value(value);
    protocol::end_result(out);
    return out.text();
}

}  // namespace

TEST_CASE("reply: results are as documented") {
    CHECK(text_of_result(3) == R"({"result":3})");
    CHECK(text_of_result(true) == R"({"result":true})");
    CHECK(text_of_result("ü") == R"({"result":"ü"})");
    CHECK(text_of_result(nullptr) == protocol::kNullResult);
    CHECK(protocol::kNullResult == R"({"result":null})");
}

TEST_CASE("reply: a view reads the result") {
    CHECK(ReplyView(R"({"result":3})").result<int>() == 3);
    CHECK(ReplyView(R"( { "result" : 3 } )").result<int>() == 3);
    CHECK(ReplyView(R"({"result":[1,2],"later":{}})").result<std::vector<int>>() ==
          std::vector<int>{1, 2});
    CHECK(ReplyView(R"({"result":"three"})").result<Json>() == "three");
    CHECK_NOTHROW(ReplyView(R"({"result":{"a":[]}})").result<void>());
    CHECK(ReplyView(R"({"result": {"a": [1]} })").result_text() == R"({"a": [1]})");
    CHECK(ReplyView(R"({"result":3})").has_result());
    CHECK(ReplyView(R"({ "result":3})").has_result());
}

TEST_CASE("reply: attachments come with the result") {
    Encoder out;
    const std::vector<double> sent{1, 2, 3};
    protocol::begin_result(out);
    out.value(sent);
    protocol::end_result(out);

    CHECK(out.text() == R"({"result":{"$array":{"dtype":"<f8","shape":[3],"at":0}}})");
    CHECK(ReplyView(out.text(), out.attachments()).result<std::vector<double>>() == sent);
    CHECK_THROWS_AS(ReplyView(out.text()).result<std::vector<double>>(), CodecError);
}

TEST_CASE("reply: an error is no result") {
    const std::string error = protocol::error_text({"Error", "no"});

    CHECK_FALSE(ReplyView(error).has_result());
    CHECK_THROWS_AS(ReplyView(error).result<int>(), ProtocolError);
    CHECK_THROWS_AS(ReplyView(error).result_text(), ProtocolError);
    CHECK_THROWS_AS(ReplyView("{}").result<int>(), ProtocolError);
    CHECK_THROWS_AS(ReplyView(R"({"later":1,"result":2})").result<int>(), ProtocolError);
}

TEST_CASE("reply: what is malformed is a CodecError") {
    for (const char* const json :
         {"", "[]", "3", R"({"result")", R"({"result":})", R"({"result":3)", R"({"result":3]})",
          R"({"result":3}})", R"({"result":3,})", R"({"result":03})", R"({"result":3} x)"}) {
        CAPTURE(json);
        CHECK_THROWS_AS(ReplyView(json).result<int>(), CodecError);
        CHECK_THROWS_AS(ReplyView(json).result_text(), CodecError);
        CHECK_THROWS_AS(ReplyView(json).result<void>(), CodecError);
    }
    const std::string deep = R"({"result":)" + std::string(200, '[') + std::string(200, ']') + "}";
    CHECK_THROWS_AS(ReplyView(deep).result<void>(), CodecError);
}

TEST_CASE("reply: a result that is no such value is a CodecError") {
    CHECK_THROWS_AS(ReplyView(R"({"result":"3"})").result<int>(), CodecError);
    CHECK_THROWS_AS(ReplyView(R"({"result":1099511627776})").result<int>(), CodecError);
}

TEST_CASE("reply: the one to a batch holds a reply for each item") {
    Encoder out;
    protocol::begin_batch_result(out);
    out.next();
    protocol::begin_result(out);
    out.value(3);
    protocol::end_result(out);
    out.next();
    out.text() += protocol::error_text({"MethodNotFound", "no", "my_lib.ad"});
    protocol::end_batch_result(out);

    CHECK(out.text() ==
          R"({"result":[{"result":3},)"
          R"({"error":{"type":"MethodNotFound","message":"no","where":"my_lib.ad"}}]})");
    auto items = ReplyView(out.text()).batch();
    const auto first = items.next();
    REQUIRE(first);
    CHECK(ReplyView(*first).result<int>() == 3);
    const auto second = items.next();
    REQUIRE(second);
    CHECK(protocol::read_error(*second).where == "my_lib.ad");
    CHECK_FALSE(items.next());
}

TEST_CASE("reply: the one to a batch must be an array") {
    CHECK_THROWS_AS(ReplyView(R"({"result":3})").batch(), CodecError);
    CHECK_THROWS_AS(ReplyView(protocol::error_text({"Error", "no"})).batch(), ProtocolError);
    auto items = ReplyView(R"({"result":[{"result":3})").batch();
    CHECK(items.next());
    CHECK_THROWS_AS(items.next(), CodecError);
}

}  // namespace reply_test
