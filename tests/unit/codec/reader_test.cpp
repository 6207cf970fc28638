#include "bridge32/internal/json/reader.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "bridge32/internal/codec/number.hpp"
#include "unit/codec/codec_test.hpp"

namespace reader_test {

using namespace std::string_literals;
using bridge32::CodecError;
using bridge32::Json;
using bridge32::Kind;
using bridge32::Reader;
using bridge32::detail::integer_from;
using bridge32::detail::real_from;
using codec_test::contains;
using codec_test::refusal_of;

namespace {

// Reads from a buffer of exactly this size, so that a sanitizer sees each byte too much.
bool reader_accepts(std::string_view text) {
    const auto exact = std::make_unique<char[]>(text.size());
    text.copy(exact.get(), text.size());
    try {
        Reader reader(std::string_view(exact.get(), text.size()));
        reader.skip_value();
        reader.finish();
        return true;
    } catch (const CodecError&) {
        return false;
    }
}

bool nlohmann_accepts(std::string_view text) { return Json::accept(text.begin(), text.end()); }

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

// clang-format off
const std::vector<std::string> kValid = {
    "0", "-0", "1", "-1", "12345678901234567890",
    "-9223372036854775808", "0.0", "-0.0", "1.5", "1e5", "1E+5", "1e-5", "0e0", "0E999",
    "1e308", "1.7976931348623157e308", "5e-324", "1e-400", "-1e-400", "0.1e1", "1e00005",
    "1.7976931348623158e308", "0e99999999999999999999999", "1e-99999999999999999999",
    "true", "false", "null", " \t\r\n1 \t\r\n", "\"\"", R"("abc")", R"("\"\\\/\b\f\n\r\t")",
    R"("\u0000")", R"("\u00e4\u20AC")", R"("\ud83d\ude00")", "\"\x7f\"", "\"ä€😀\"",
    "\"\xf4\x8f\xbf\xbf\"", "\"\xee\x80\x80\"", "\"\xed\x9f\xbf\"", "\"\xc2\x80\"",
    "\"\xe0\xa0\x80\"", "\"\xf0\x90\x80\x80\"", "[]", "[ ]", "[1]", "[1,2]", " [ 1 , 2 ] ",
    "[[]]", "{}", "{ }", R"({"a":1})", R"( { "a" : 1 , "b" : [ { } ] } )", R"({"a":1,"a":2})",
    R"({"":0})", R"({"\u0061":0})", "[null,true,false,-1.5e3,\"x\",{}]", "\xef\xbb\xbf" "1",
    R"("a long plain text without anything special in it, then é and more of it")",
    R"("a long plain text without anything special in it, then \" and more of it")"};

const std::vector<std::string> kInvalid = {
    "", " ", "-", "+1", "01", "-01", "00", "1.", ".5", "1.e5", "1e", "1e+", "1e5.5", "0x10", "1e400",
    "-1e400", "1e99999999999999999999", "NaN", "Infinity", "-Infinity", "nan", "1 2", "1,", "1]",
    "tru", "True", "truex", "nul", "nulll", "falsy", "fals", "\"", "\"abc", "\"\\", "\"\\\"",
    R"("\x")", R"("\u")", R"("\u12")", R"("\u12g4")", R"("\ud83d")", R"("\ud83dx")",
    R"("\ud83d\n")", R"("\ud83d\u0041")", R"("\ude00")", R"("\ud83d\ud83d")", R"("\ud83d\u12")",
    "\"a\nb\"", "\"\t\"", "\"\x01\"", "\"\x1f\"", "\"\x80\"", "\"\xbf\"", "\"\xc0\x80\"",
    "\"\xc1\xbf\"", "\"\xc2\"", "\"\xc2x\"", "\"\xe0\x9f\xbf\"", "\"\xe2\x82\"", "\"\xe2\x82x\"",
    "\"\xed\xa0\x80\"", "\"\xed\xbf\xbf\"", "\"\xf0\x8f\xbf\xbf\"", "\"\xf0\x9f\x98\"",
    "\"\xf4\x90\x80\x80\"", "\"\xf5\x80\x80\x80\"", "\"\xff\"", "\"\xfe\"", "'a'", "[", "]", "[1",
    "[1,", "[1,]", "[,1]", "[,]", "[1 2]", "[1}", "{", "}", R"({"a")", R"({"a":)", R"({"a":1)",
    R"({"a":1,)", R"({"a":1,})", R"({,"a":1})", R"({"a" 1})", R"({"a":1 "b":2})", R"({a:1})",
    "{1:2}", "{\"a\"}", "{\"a\":1]", "{null:1}", "[1]]", "{}{}", "// comment", "/**/1", "[1/**/]",
    "\xef\xbb", "\xef\xbb\xbf", "1\xef\xbb\xbf", "\x0b" "1", "1\x0c", "\xa0" "1", "@"};
// clang-format on

}  // namespace

TEST_CASE("reader: accepts what nlohmann accepts") {
    for (const std::string& text : kValid) {
        CAPTURE(text);
        CHECK(nlohmann_accepts(text));
        CHECK(reader_accepts(text));
    }
}

TEST_CASE("reader: refuses what nlohmann refuses") {
    for (const std::string& text : kInvalid) {
        CAPTURE(text);
        CHECK_FALSE(nlohmann_accepts(text));
        CHECK_FALSE(reader_accepts(text));
    }
}

// The one known difference: nlohmann takes a zero byte for the end of the text.
TEST_CASE("reader: refuses a zero byte outside of a string") {
    CHECK_FALSE(reader_accepts("1\0"s));
    CHECK_FALSE(reader_accepts("1\0x"s));
    CHECK_FALSE(reader_accepts("\0"s));
    CHECK_FALSE(reader_accepts("\"a\0b\""s));
}

TEST_CASE("reader: agrees with nlohmann about mutated texts") {
    constexpr std::string_view kAlphabet =
        "[]{}\",:\\0123456789.eE+-truefalsn uU/bdDcC "
        "\t\n\x01\x7f\x80\xbf\xc2\xe2\x82\xed\xf0\x9f\xff";
    std::mt19937 random(20240501);  // NOLINT: the same texts every time
    const auto pick = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    int accepted = 0;
    for (int i = 0; i < 60'000; ++i) {
        std::string text = kValid[pick(kValid.size())];
        if (pick(3) == 0) {
            text = "[" + text + "," + kValid[pick(kValid.size())] + "]";
        }
        for (std::size_t n = pick(3) + 1; n > 0 && !text.empty(); --n) {
            const std::size_t at = pick(text.size());
            switch (pick(4)) {
                case 0:
                    text[at] = kAlphabet[pick(kAlphabet.size())];
                    break;
                case 1:
                    text.insert(at, 1, kAlphabet[pick(kAlphabet.size())]);
                    break;
                case 2:
                    text.erase(at, 1);
                    break;
                default:
                    text.resize(at);
            }
        }
        const bool expected = nlohmann_accepts(text);
        accepted += expected ? 1 : 0;
        if (reader_accepts(text) != expected) {
            CAPTURE(text);
            CHECK(reader_accepts(text) == expected);
        }
    }
    CHECK(accepted > 5'000);  // both outcomes have been tried
    CHECK(accepted < 55'000);
}

TEST_CASE("reader: gives the values that nlohmann gives") {
    for (const std::string& text : kValid) {
        CAPTURE(text);
        CHECK(codec_test::read<Json>(text) == Json::parse(text));
        CHECK(codec_test::read<Json>(text).type() == Json::parse(text).type());
    }
}

TEST_CASE("reader: nesting is bounded") {
    CHECK(reader_accepts(nested(bridge32::kMaxTextDepth)));
    CHECK_FALSE(reader_accepts(nested(bridge32::kMaxTextDepth + 1)));

    std::string objects;
    for (int i = 0; i < 10'000; ++i) {
        objects += R"({"a":)";
    }
    for (const std::string& text : {nested(10'000), std::string(10'000, '['), objects}) {
        CHECK(contains(refusal_of([&] { Reader(text).skip_value(); }), "nested too deep"));
        CHECK(contains(codec_test::refusal<Json>(text), "nested too deep"));
    }
}

TEST_CASE("reader: depth counts what is open, not what there was") {
    std::string text = "[";
    for (int i = 0; i < 1000; ++i) {
        text += "[[]],";
    }
    CHECK(reader_accepts(text + "0]"));
}

TEST_CASE("reader: a caller takes an object apart") {
    Reader reader(R"( {"method":"add", "args":[1, 2.5 ,"x"], "\u006bey":{"a":[true]}, "n":null} )");
    std::string scratch;

    reader.enter_object();
    CHECK(reader.next_key(scratch) == "method");
    CHECK(reader.peek() == Kind::string);
    CHECK(reader.read_string(scratch) == "add");
    CHECK(reader.next_key(scratch) == "args");
    reader.enter_array();
    REQUIRE(reader.next_element());
    CHECK(integer_from<int>(reader.read_number()) == 1);
    REQUIRE(reader.next_element());
    CHECK(real_from<double>(reader.read_number()) == 2.5);
    REQUIRE(reader.next_element());
    CHECK(reader.skip_value() == R"("x")");
    CHECK_FALSE(reader.next_element());
    CHECK(reader.next_key(scratch) == "key");
    CHECK(reader.skip_value() == R"({"a":[true]})");
    CHECK(reader.next_key(scratch) == "n");
    reader.read_null();
    CHECK_FALSE(reader.next_key(scratch));
    CHECK_NOTHROW(reader.finish());
    CHECK(reader.peek() == Kind::end);
}

TEST_CASE("reader: strings without escapes view the text") {
    const std::string text = R"(["plain ä",""])";
    std::string scratch;
    Reader reader(text);

    reader.enter_array();
    reader.next_element();
    const std::string_view plain = reader.read_string(scratch);

    CHECK(plain.data() == text.data() + 2);
    CHECK(plain == "plain ä");
    CHECK(scratch.empty());
}

TEST_CASE("reader: escapes are resolved") {
    std::string scratch = "left over";
    Reader reader(R"("a\"\\\/\b\f\n\r\t\u0000\u00e4\u20AC\ud83d\ude00z")");

    CHECK(reader.read_string(scratch) == "a\"\\/\b\f\n\r\t\0ä€😀z"s);
}

TEST_CASE("reader: a wrong kind says what was expected and found") {
    std::string scratch;
    CHECK(refusal_of([&] { Reader("1").read_string(scratch); }) == "expected a string, found 1");
    CHECK(refusal_of([] { Reader(" {\"a\":1}").read_bool(); }) ==
          "expected true or false, found an object");
    CHECK(refusal_of([] { Reader("\"x\"").enter_array(); }) ==
          "expected an array, found the string \"x\"");
    CHECK(refusal_of([] { Reader("").enter_object(); }) ==
          "expected an object, found the end of the text");
    CHECK(refusal_of([] { Reader("[1 2]").skip_value(); }) ==
          "malformed JSON at byte 3: expected ',' or ']'");
}

TEST_CASE("reader: a long string is cut in messages, between characters") {
    const std::string message =
        refusal_of([] { Reader("\"" + std::string(38, 'a') + "ää" + "\"").read_number(); });

    CHECK(message == "expected a number, found the string \"" + std::string(38, 'a') + "…");
}

}  // namespace reader_test
