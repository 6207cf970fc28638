// Text of old libraries: code pages, UTF-16, buffers.
#include "bridge32/text.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "bridge32/internal/plugin/type_name.hpp"
#include "unit/codec/codec_test.hpp"

namespace text_test {

using bridge32::CodePage;
using bridge32::filled_text;
using bridge32::from_utf8;
using bridge32::take_array;
using bridge32::take_text;
using bridge32::text_in;
using bridge32::to_utf8;
using bridge32::Wide;
using codec_test::contains;
using codec_test::read;
using codec_test::refusal_of;
using codec_test::round_trip;
using codec_test::text_of;

namespace {

constexpr CodePage kOwnPages[] = {CodePage::latin1,       CodePage::windows_1250,
                                  CodePage::windows_1251, CodePage::windows_1252,
                                  CodePage::ibm437,       CodePage::ibm850};

// The system's own conversions need not be installed; without them the error says so.
bool system_has(std::uint32_t page) {
    const std::string refusal = refusal_of([&] { bridge32::detail::system_to_utf8("a", page); });
    if (refusal != "nothing was thrown") {
        REQUIRE(contains(refusal, "this system cannot convert code page"));
        MESSAGE(refusal);
        return false;
    }
    return true;
}

// What a library would allocate, and how often it got something back.
int returned = 0;
char* library_text(const char* text) {
    char* const copy = static_cast<char*>(std::malloc(std::strlen(text) + 1));
    return std::strcpy(copy, text);
}
void library_free(void* memory) {
    ++returned;
    std::free(memory);
}

// Copying the second one throws.
struct Fragile {
    Fragile() = default;
    Fragile(const Fragile& other) : fails(other.fails) {
        if (fails) {
            throw std::bad_alloc();
        }
    }
    bool fails = false;
};

}  // namespace

TEST_CASE("text: code pages to UTF-8 and back") {
    CHECK(to_utf8("gr\xfc\xdf", CodePage::latin1) == "grüß");
    CHECK(to_utf8("\x80 5", CodePage::windows_1252) == "€ 5");
    CHECK(to_utf8("\xcf\xf0\xe8", CodePage::windows_1251) == "При");
    CHECK(to_utf8("\x8a", CodePage::windows_1250) == "Š");
    CHECK(to_utf8("\x81\xe1", CodePage::ibm437) == "üß");
    CHECK(to_utf8("\xd5", CodePage::ibm850) == "ı");
    CHECK(to_utf8("gr\xc3\xbc\xc3\x9f", CodePage::utf8) == "grüß");
    CHECK(to_utf8(std::string_view("a\0b", 3), CodePage::latin1) == std::string_view("a\0b", 3));
    CHECK(to_utf8("", CodePage::windows_1252).empty());
    CHECK(from_utf8("€ ü", CodePage::windows_1252) == "\x80 \xfc");
    CHECK(from_utf8("ÿ", CodePage::latin1) == "\xff");
    CHECK(from_utf8("ß", CodePage::ibm437) == "\xe1");
    CHECK(from_utf8("ß", CodePage::utf8) == "ß");
    CHECK(to_utf8("abc", CodePage::ansi) == "abc");
}

TEST_CASE("text: every byte of a page comes back") {
    for (const CodePage page : kOwnPages) {
        CAPTURE(static_cast<std::uint32_t>(page));
        int defined = 0;
        for (int i = 0; i < 256; ++i) {
            const std::string byte(1, static_cast<char>(i));
            try {
                const std::string text = to_utf8(byte, page);
                CHECK(from_utf8(text, page) == byte);
                ++defined;
            } catch (const bridge32::CodecError&) {
                CHECK(i >= 0x80);
            }
        }
        CHECK(defined >= 251);
    }
}

TEST_CASE("text: our tables say what the system says") {
    for (const CodePage page : kOwnPages) {
        const auto number = static_cast<std::uint32_t>(page);
        CAPTURE(number);
        if (!system_has(number)) {
            continue;
        }
        for (int i = 0; i < 256; ++i) {
            const std::string byte(1, static_cast<char>(i));
            std::string ours;
            try {
                ours = to_utf8(byte, page);
            } catch (const bridge32::CodecError&) {
                continue;  // Windows has something for bytes that the page does not define
            }
            CHECK(bridge32::detail::system_to_utf8(byte, number) == ours);
        }
    }
}

TEST_CASE("text: other pages are the system's") {
    if (system_has(932) && system_has(936) && system_has(28595)) {
        CHECK(to_utf8("\x93\xfa\x96\x7b", CodePage::shift_jis) == "日本");
        CHECK(from_utf8("日本", CodePage::shift_jis) == "\x93\xfa\x96\x7b");
        CHECK(to_utf8("\xd6\xd0", CodePage::gbk) == "中");
        CHECK(from_utf8("中 a", CodePage{936}) == "\xd6\xd0 a");
        CHECK(to_utf8("\xe4", CodePage{28595}) == "ф");
        const std::string many(10'000, 'x');
        CHECK(to_utf8(many + "\x93\xfa", CodePage::shift_jis) == many + "日");
        CHECK(to_utf8("", CodePage::shift_jis).empty());
        CHECK(refusal_of([] { to_utf8("ab\x93", CodePage::shift_jis); }) ==
              "byte 0x93 at offset 2 is not a character of code page 932");
        CHECK(refusal_of([] { from_utf8("a日ü", CodePage::shift_jis); }) ==
              "the character U+00FC at offset 4 is not in code page 932");
    }
    CHECK(contains(refusal_of([] { to_utf8("a", CodePage{4711}); }),
                   "this system cannot convert code page 4711"));
}

TEST_CASE("text: an invalid character is an error with its offset") {
    CHECK(refusal_of([] { to_utf8("ab\x81", CodePage::windows_1252); }) ==
          "byte 0x81 at offset 2 is not a character of code page 1252");
    CHECK(refusal_of([] { from_utf8("a€", CodePage::latin1); }) ==
          "the character U+20AC at offset 1 is not in code page 28591");
    CHECK(refusal_of([] { from_utf8("😀", CodePage::windows_1252); }) ==
          "the character U+01F600 at offset 0 is not in code page 1252");
    CHECK(refusal_of([] { from_utf8("a\xff", CodePage::latin1); }) ==
          "the string is not valid UTF-8: byte 0xff at offset 1");
    CHECK(refusal_of([] { to_utf8("\xc3", CodePage::utf8); }) ==
          "the string is not valid UTF-8: byte 0xc3 at offset 0");
}

TEST_CASE("text: UTF-16") {
    const Wide wide("aü€😀");

    CHECK(wide.view() == u"aü€😀");
    CHECK(wide.size() == 5);
    CHECK(wide.c_str()[5] == 0);
    CHECK(wide.utf8() == "aü€😀");
    CHECK(Wide(wide.c_str(), 2) == Wide("aü"));
    CHECK(Wide(L"a€😀", std::char_traits<wchar_t>::length(L"a€😀")) == Wide("a€😀"));
    CHECK(Wide().utf8().empty());
    CHECK(Wide(u"x").utf8() == "x");
    CHECK(contains(refusal_of([] { Wide("\xff"); }), "not valid UTF-8"));
    for (const std::u16string& lone : {std::u16string{u'a', 0xd800},
                                       {u'a', 0xdc00},
                                       {u'a', 0xd800, u'b'},
                                       {u'a', 0xdbff, 0xd800}}) {
        CHECK(contains(refusal_of([&] { Wide(lone).utf8(); }), "a lone surrogate U+D"));
        CHECK(contains(refusal_of([&] { Wide(lone).utf8(); }), "at offset 1"));
    }
}

TEST_CASE("text: UTF-16 as parameter and result is a string") {
    CHECK(text_of(Wide("ü\"")) == R"("ü\"")");
    CHECK(read<Wide>(R"("\u00fc")") == Wide("ü"));
    CHECK(round_trip(std::vector{Wide("a"), Wide("😀")})[1] == Wide("😀"));
    CHECK(refusal_of([] { read<Wide>("1"); }) == "expected a string, found 1");
    CHECK(bridge32::detail::type_name<Wide>() == "string");
    CHECK(bridge32::detail::type_name<std::vector<Wide>>() == "array of string");
}

TEST_CASE("text: buffers of fixed size") {
    const char full[4] = {'a', 'b', 'c', 'd'};
    const char padded[8] = "ab\0cd";

    CHECK(text_in(full) == "abcd");
    CHECK(text_in(padded) == "ab");
    CHECK(text_in(full, 2) == "ab");
    CHECK(text_in(padded, 0).empty());
    CHECK(text_in(nullptr, 5).empty());
}

TEST_CASE("text: take_text copies the library's text and frees it") {
    returned = 0;

    CHECK(take_text(library_text("abc"), library_free) == "abc");
    CHECK(returned == 1);
    CHECK(take_text(nullptr, library_free).empty());
    CHECK(returned == 1);
    CHECK(take_text(library_text("x"), [](char* text) { library_free(text); }) == "x");
    CHECK(take_array(new int[2]{1, 2}, 2, [](int* data) {
              ++returned;
              delete[] data;
          }) == std::vector{1, 2});
    CHECK(returned == 3);
    CHECK(take_array(static_cast<double*>(nullptr), 2, library_free).empty());
    CHECK(returned == 3);
}

TEST_CASE("text: what a library allocated is given back when copying fails") {
    returned = 0;
    auto* const fragile = new Fragile[2];
    fragile[1].fails = true;

    CHECK_THROWS_AS(take_array(fragile, 2,
                               [](Fragile* data) {
                                   ++returned;
                                   delete[] data;
                               }),
                    std::bad_alloc);
    CHECK(returned == 1);
}

TEST_CASE("text: a buffer for a library to fill") {
    const auto fill = [](char* buffer, std::size_t size) {
        std::strncpy(buffer, "abcdef", size);
        return 6;
    };

    CHECK(filled_text(16, fill) == "abcdef");
    CHECK(filled_text(3, fill) == "abc");
    CHECK(filled_text(0, fill).empty());
    CHECK(filled_text(4, [](char*, std::size_t) {}).empty());
}

}  // namespace text_test
