#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "bridge32/values.hpp"
#include "unit/codec/codec_test.hpp"

namespace argument_test {

using bridge32::Argument;
using bridge32::Bytes;
using bridge32::Encoder;
using bridge32::Json;
using codec_test::refusal_of;

namespace {

template <class T>
class Sent {
public:
    template <class V>
    explicit Sent(const V& value) {
        encoder_.value(value);
        argument_.decode(encoder_.text(), encoder_.attachments());
    }
    decltype(auto) get() { return argument_.get(); }

private:
    Encoder encoder_;
    Argument<T> argument_;
};

}  // namespace

TEST_CASE("argument: values can be moved from, const references refer to what was read") {
    static_assert(std::is_same_v<decltype(Sent<std::string>("").get()), std::string&&>);
    static_assert(std::is_same_v<decltype(Sent<std::string&&>("").get()), std::string&&>);
    static_assert(std::is_same_v<decltype(Sent<const std::string&>("").get()), const std::string&>);

    CHECK(Sent<int>(5).get() == 5);
    CHECK(Sent<const int>(5).get() == 5);
    CHECK(Sent<const double&>(2).get() == 2.0);
    CHECK(Sent<std::string>("a\nb").get() == "a\nb");
    CHECK(Sent<const std::vector<double>&>(std::vector{1.5}).get() == std::vector{1.5});
    CHECK(Sent<Json>(Json{1, 2}).get() == Json{1, 2});
    CHECK(Sent<const Bytes&>(Bytes("ab")).get() == Bytes("ab"));
    CHECK(Sent<std::optional<int>>(nullptr).get() == std::nullopt);
}

TEST_CASE("argument: string_view views the text, or what the escapes stand for") {
    Argument<std::string_view> plain;
    const std::string text = "\"plain ä\"";
    plain.decode(text, {});

    CHECK(plain.get().data() == text.data() + 1);
    CHECK(plain.get() == "plain ä");
    CHECK(Sent<std::string_view>("a\nb").get() == "a\nb");
    CHECK(Sent<const std::string_view&>("").get().empty());
    Sent<std::optional<std::string_view>> escaped("\n");
    CHECK(escaped.get() == "\n");
    CHECK(Sent<std::optional<std::string_view>>(nullptr).get() == std::nullopt);
}

TEST_CASE("argument: a span of the same type views the attachment in place") {
    const std::vector<double> x{1, 2, 3};

    CHECK(Sent<std::span<const double>>(x).get().data() == x.data());
    CHECK(Sent<const std::span<const double>&>(x).get().size() == 3);
    CHECK(Sent<std::optional<std::span<const double>>>(x).get()->data() == x.data());
    CHECK(Sent<std::span<const double>>(std::vector<double>()).get().empty());
}

TEST_CASE("argument: a span of another type views a converted copy") {
    Sent<std::span<const double>> converted(std::vector<std::int16_t>{1, -2});
    Sent<std::span<const int>> listed(Json{1, 2.0});
    Sent<std::span<const std::string>> texts(std::vector<std::string>{"a", "b"});

    CHECK(converted.get()[1] == -2.0);
    CHECK(listed.get()[1] == 2);
    CHECK(texts.get()[1] == "b");
    CHECK(refusal_of([] { Sent<std::span<const int>>(std::vector{1.5}); }) ==
          "at [0]: expected an integer, found 1.5");
    CHECK(refusal_of([] { Sent<std::span<const int>>("x"); }) ==
          "expected an array, found the string \"x\"");
}

TEST_CASE("argument: a span of bytes views the attachment") {
    const Bytes bytes("abc");
    const std::vector<std::uint8_t> numbers{1, 2};

    CHECK(static_cast<const void*>(Sent<std::span<const std::byte>>(bytes).get().data()) ==
          bytes.data());
    CHECK(static_cast<const void*>(Sent<std::span<const std::byte>>(numbers).get().data()) ==
          numbers.data());
}

TEST_CASE("argument: reuse replaces the previous value") {
    Argument<std::optional<std::string_view>> text;
    Argument<std::vector<int>> numbers;

    text.decode(R"("a\n")", {});
    text.decode("null", {});
    numbers.decode("[1,2]", {});
    numbers.decode("[3]", {});

    CHECK(text.get() == std::nullopt);
    CHECK(numbers.get() == std::vector{3});
}

TEST_CASE("argument: text after the value is an error") {
    Argument<int> argument;
    CHECK(refusal_of([&] { argument.decode("1 2", {}); }) ==
          "malformed JSON at byte 2: unexpected text after the value");
    CHECK(refusal_of([&] { argument.decode("", {}); }) ==
          "expected an integer, found the end of the text");
}

TEST_CASE("named: values are kept, and written as positional ones are") {
    const auto make = [] {
        const std::string text = "temporary text that is long enough for the heap";
        return bridge32::named({{"a", 1},
                                {"b", text.c_str()},
                                {"c", std::vector<double>{1, 2}},
                                {"d", std::vector<std::string>{"x"}},
                                {"e", nullptr},
                                {"f", Json{{"k", 1}}},
                                {"g", std::string_view(text)}});
    };
    const bridge32::Named named = make();
    Encoder encoder;

    encoder.begin_object();
    for (const auto& argument : named.arguments()) {
        encoder.key(argument.name());
        argument.encode(encoder);
    }
    encoder.end_object();

    CHECK(encoder.text() ==
          R"({"a":1,"b":"temporary text that is long enough for the heap",)"
          R"("c":{"$array":{"dtype":"<f8","shape":[2],"at":0}},"d":["x"],"e":null,"f":{"k":1},)"
          R"("g":"temporary text that is long enough for the heap"})");
    CHECK(encoder.attachments().size() == 1);
    CHECK(bridge32::named({}).arguments().empty());
}

}  // namespace argument_test
