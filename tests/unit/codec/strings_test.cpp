#include <cstddef>
#include <memory_resource>
#include <string>
#include <string_view>

#include "unit/codec/codec_test.hpp"

namespace strings_test {

using namespace std::string_literals;
using bridge32::Json;
using codec_test::contains;
using codec_test::refusal;
using codec_test::refusal_of;
using codec_test::round_trip;
using codec_test::sent_as;
using codec_test::text_of;

TEST_CASE("strings: wide text is a string") {
    const std::u16string utf16 = u"\u00b5V \U0001f600";
    const std::wstring wide = L"\u00b5V \U0001f600";

    CHECK(text_of(utf16) == "\"\xc2\xb5V \xf0\x9f\x98\x80\"");
    CHECK(text_of(wide) == text_of(utf16));
    CHECK(text_of(std::wstring_view(wide)) == text_of(utf16));
    CHECK(text_of(static_cast<const wchar_t*>(nullptr)) == "null");
    CHECK(round_trip(utf16) == utf16);
    CHECK(round_trip(wide) == wide);
    CHECK(sent_as<std::vector<std::wstring>>(std::vector{utf16})[0] == wide);
    CHECK(contains(refusal_of([] { text_of(std::u16string(1, char16_t{0xd800})); }),
                   "not valid UTF-16"));
    CHECK(refusal<std::wstring>("[1,2]") == "expected a string, found an array");
    bridge32::Argument<const wchar_t*> argument;
    argument.decode("\"x\"", {});
    CHECK(std::wstring(argument.get()) == L"x");
}

TEST_CASE("strings: any text survives a round trip") {
    for (const std::string& text :
         {""s, "a"s, "plain text"s, "\0"s, "a\0b\0"s, "\"\\/\b\f\n\r\t\x01\x1f\x7f"s, "ä€😀"s,
          "\xf4\x8f\xbf\xbf"s, "$"s, "$array"s, std::string(1000, '"'), std::string(1001, '\\')}) {
        CAPTURE(text);
        CHECK(round_trip(text) == text);
        CHECK(sent_as<Json>(text) == Json(text));
        CHECK(Json::parse(text_of(text)) == Json(text));
    }
}

TEST_CASE("strings: a special byte is found at every offset") {
    for (std::size_t size = 1; size < 40; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            for (const char special : {'"', '\\', '\n', '\x1f', '\0'}) {
                std::string text(size, 'x');
                text[at] = special;
                CHECK(round_trip(text) == text);
                CHECK(Json::parse(text_of(text)) == Json(text));
            }
        }
    }
}

TEST_CASE("strings: the text is what nlohmann writes") {
    std::string all;
    for (int c = 0; c < 0x80; ++c) {
        all += static_cast<char>(c);
    }
    CHECK(text_of(all) == Json(all).dump());
}

TEST_CASE("strings: 10 MB") {
    std::string text;
    while (text.size() < 10'000'000) {
        text += "plain text, \"quoted\", ä€😀\n";
    }
    CHECK(round_trip(text) == text);
    CHECK(round_trip(std::string(10'000'000, 'x')) == std::string(10'000'000, 'x'));
}

TEST_CASE("strings: what is not UTF-8 is refused") {
    CHECK(refusal_of([] { text_of("abc\xff"s); }) ==
          "the string is not valid UTF-8: byte 0xff at offset 3");
    for (const std::string& text : {"\x80"s, "\xc2"s, "\xc0\x80"s, "\xed\xa0\x80"s, "\xe2\x82"s,
                                    "\xf4\x90\x80\x80"s, "12345678\xff"s}) {
        CHECK(contains(refusal_of([&] { text_of(text); }), "not valid UTF-8"));
        CHECK(contains(refusal_of([&] { text_of(Json{{text, 1}}); }), "not valid UTF-8"));
        CHECK(contains(refusal<std::string>("\"" + text + "\""), "not valid UTF-8"));
    }
}

TEST_CASE("strings: each kind of C++ text") {
    const char* const pointer = "pointer";
    char array[8] = "ar\0ray";
    const char full[3] = {'a', 'b', 'c'};

    CHECK(text_of("literal") == "\"literal\"");
    CHECK(text_of(pointer) == "\"pointer\"");
    CHECK(text_of(std::string_view("view")) == "\"view\"");
    CHECK(text_of(array) == "\"ar\"");
    CHECK(text_of(full) == "\"abc\"");
    CHECK(text_of(static_cast<const char*>(nullptr)) == "null");
    CHECK(round_trip(std::pmr::string("pmr\n")) == "pmr\n");
}

TEST_CASE("strings: a wrong kind is refused") {
    CHECK(refusal<std::string>("1") == "expected a string, found 1");
    CHECK(refusal<std::string>("null") == "expected a string, found null");
    CHECK(refusal<std::string>("[]") == "expected a string, found an array");
    CHECK(refusal<std::string>("\"a\" 1") ==
          "malformed JSON at byte 4: unexpected text after the value");
}

}  // namespace strings_test
