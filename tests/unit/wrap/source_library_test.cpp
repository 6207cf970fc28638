#include "tool/wrap/source_library.hpp"

#include <doctest/doctest.h>

#include <string>

#include "bridge32/error.hpp"

namespace source_library_test {

using namespace bridge32::tool;

namespace {

LibraryDescription vendor() {
    LibraryDescription library;
    library.file_name = library.soname = "libvendor.so.2";
    library.interface_file = "a \"vendor\".b32i";
    library.versions = {"VENDOR_1.0", "VENDOR_2"};
    library.functions = {{"plain"}, {"twice", "VENDOR_1.0", false}, {"twice", "VENDOR_2"}};
    library.constants = {{"table", std::string("\5\377", 2)}};
    return library;
}

std::string content(const LibraryDescription& library, const std::string& name) {
    for (const auto& file : source_library(library)) {
        if (file.name == name) return file.content;
    }
    return "";
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("source library: a stub for each function, versions, constants and quoted names") {
    const auto stubs = content(vendor(), "stubs.s");
    CHECK(has(stubs, "\nbridge32wrap_stub 0, plain\n"));
    CHECK(has(stubs, ".symver bridge32wrap_twice_VENDOR_1.0, twice@VENDOR_1.0, remove\n"));
    CHECK(has(stubs, ".symver bridge32wrap_twice_VENDOR_2, twice@@VENDOR_2, remove\n"));
    CHECK(has(stubs, "table:\n    .byte   5, 255\n"));
    const auto data = content(vendor(), "drop_in.c");
    CHECK(has(data, "    \"plain\",\n    \"twice@VENDOR_1.0\",\n    \"twice\",\n};"));
    CHECK(has(data, "\"a \\042vendor\\042.b32i\""));
    CHECK(content(vendor(), "versions.map") == "VENDOR_1.0 { };\nVENDOR_2 { };\n");
    CHECK(has(content(vendor(), "CMakeLists.txt"), "LINKER:-soname,libvendor.so.2"));
    CHECK(content(vendor(), "CMakeLists.txt") == content(vendor(), "CMakeLists.txt"));

    auto plain = vendor();
    plain.soname = "";
    plain.versions.clear();
    plain.functions = {{"plain"}};
    CHECK(content(plain, "versions.map").empty());
    CHECK_FALSE(has(content(plain, "CMakeLists.txt"), "soname"));
    CHECK_FALSE(has(content(plain, "CMakeLists.txt"), "versions.map"));
}

TEST_CASE("source library: names that would mean something else in a source are refused") {
    for (const char* name : {"a b", "a;b", "a\nb", "a,b", "a%b", "\xc3\xa4"}) {
        CAPTURE(name);
        auto function = vendor(), file = vendor(), version = vendor();
        function.functions.push_back({name});
        file.file_name = name;
        version.versions.push_back(name);
        CHECK_THROWS_AS(source_library(function), bridge32::Error);
        CHECK_THROWS_AS(source_library(file), bridge32::Error);
        CHECK_THROWS_AS(source_library(version), bridge32::Error);
    }
}

}  // namespace source_library_test
