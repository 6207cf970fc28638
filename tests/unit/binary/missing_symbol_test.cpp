#include "binary/missing_symbol.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "bridge32/internal/text/path_text.hpp"
#include "test_files.hpp"

namespace missing_symbol_test {

using namespace bridge32::binary;
using bridge32::detail::utf8_of;
using test_files::library;
using test_files::library_folder;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("missing symbol: the nearest names are suggested") {
    const std::string path = utf8_of(library("plain"));

    CHECK(explain_missing_symbol(path, "ad") ==
          "`" + path + "` does not export `ad`. Did you mean `add`?");
    CHECK(contains(explain_missing_symbol(path, "Version"), "Did you mean `version`?"));
    CHECK(contains(explain_missing_symbol(path, "qqqqqq"), "It exports `add`, `add64`"));
}

TEST_CASE("missing symbol: a C++ function is shown with the name to ask for") {
    const std::string text = explain_missing_symbol(library("cpp_names"), "area");

    CHECK(contains(text, "It exports `geometry::area(int, int)` as `_ZN8geometry4areaEii`"));
    CHECK(contains(text, "extern \"C\""));
}

TEST_CASE("missing symbol: a library without exports says so") {
    CHECK(contains(explain_missing_symbol(library_folder() / "libarchive.a", "f"),
                   "It exports no names"));
}

TEST_CASE("missing symbol: a decorated name is explained as its calling convention") {
    CHECK(explain_missing_symbol("a.dll", "f", {"_f@8", "g"}) ==
          "`a.dll` does not export `f`. It exports `_f@8`. That is a stdcall function with 8 bytes "
          "of arguments: write BRIDGE32_STDCALL in the signature, with parameters of that size.");
    CHECK(contains(explain_missing_symbol("a.dll", "f", {"@f@12"}), "BRIDGE32_FASTCALL"));
    CHECK(contains(explain_missing_symbol("a.dll", "f", {"f@@16"}),
                   "That is a vectorcall function with 16 bytes of arguments: write a small"));
    CHECK(contains(explain_missing_symbol("a.dll", "area", {"?area@geometry@@YAHHH@Z"}),
                   "use the name `?area@geometry@@YAHHH@Z`"));
}

TEST_CASE("missing symbol: of many exports only some are listed") {
    std::vector<std::string> names;
    for (int i = 0; i < 5000; ++i) {
        names.push_back("function_" + std::to_string(i));
    }

    const std::string text = explain_missing_symbol("a.so", "zzz", names);

    CHECK(contains(text, "It exports 5000 names, among them `function_0`"));
    CHECK(text.size() < 400);
}

}  // namespace missing_symbol_test
