// Paths to UTF-8 and back.
#include "bridge32/internal/text/path_text.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "unit/binary/test_files.hpp"

namespace path_text_test {

using bridge32::detail::path_from_utf8;
using bridge32::detail::replacing_utf16;
using bridge32::detail::replacing_utf8;
using bridge32::detail::utf8_of;

TEST_CASE("path_text: UTF-8 becomes a path and comes back") {
    for (const char* text : {"", "plain", "/a/b.so", "uñicödé 日本", "𝄞.dll"}) {
        CHECK(utf8_of(path_from_utf8(text)) == text);
    }
}

TEST_CASE("path_text: a path has the characters of its text") {
    CHECK(path_from_utf8("uñicödé 日本 𝄞") == std::filesystem::path(u8"uñicödé 日本 𝄞"));
    CHECK(utf8_of(std::filesystem::path(u8"ü") / u8"日") ==
          std::string("ü") + static_cast<char>(std::filesystem::path::preferred_separator) + "日");
}

TEST_CASE("path_text: a file of such a name is found again") {
    const test_files::Folder folder;
    const std::filesystem::path file = folder.path() / path_from_utf8("uñicödé 日本.txt");

    std::ofstream(file) << "x";

    REQUIRE(std::filesystem::exists(file));
    CHECK(utf8_of(std::filesystem::directory_iterator(folder.path())->path().filename()) ==
          "uñicödé 日本.txt");
}

TEST_CASE("path_text: what is malformed is replaced, and the rest kept") {
    CHECK(replacing_utf16("a\xff"
                          "b\xc3") == u"a\ufffdb\ufffd");
    CHECK(replacing_utf16("\xed\xa0\x80") == u"\ufffd\ufffd\ufffd");
    CHECK(replacing_utf8(std::u16string{u'a', 0xd800, u'b', 0xdc00}) == "a\ufffdb\ufffd");
    CHECK(replacing_utf8(std::u16string{0xd834, 0xdd1e}) == "𝄞");
}

}  // namespace path_text_test
