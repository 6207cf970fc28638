#include "tool/wrap/pe_library.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "binary/image.hpp"
#include "binary/image_reader.hpp"
#include "binary/pe.hpp"
#include "bridge32/error.hpp"

namespace pe_library_test {

using namespace bridge32::tool;
using bridge32::binary::Export;
using bridge32::binary::ImageReader;

namespace {

LibraryDescription vendor() {
    LibraryDescription library;
    library.file_name = "vendor.dll";
    library.interface_file = "vendor.b32i";
    library.functions = {{"subtract", "", true, 7},
                         {"_Add@8", "", true, 5},
                         {"Add", "", true, 5},
                         {"", "", true, 12}};
    library.constants = {{"table", std::string("\1\2\3\0\5", 5), "", true, 6}};
    return library;
}

auto bytes_of(const std::string& content) { return std::as_bytes(std::span(content)); }

std::vector<Export> exports_in(const std::string& content) {
    ImageReader reader(bytes_of(content));
    return bridge32::binary::pe_exports(reader);
}

std::string text(const std::vector<Export>& exports) {
    std::string all;
    for (const auto& one : exports)
        all += std::to_string(one.ordinal) + " " + one.name + (one.is_variable ? " data" : "") +
               one.forwarded_to + "\n";
    return all;
}

/// The message when the description is changed so; empty when it is taken.
std::string refusal(const std::function<void(LibraryDescription&)>& change) {
    auto library = vendor();
    change(library);
    try {
        pe_library(library);
    } catch (const bridge32::Error& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("pe library: exports are read back with their ordinals, shared ones and gaps too") {
    const auto content = pe_library(vendor());

    CHECK(text(exports_in(content)) == "5 Add\n5 _Add@8\n6 table data\n7 subtract\n12 \n");
    const auto image = bridge32::binary::parse_image(bytes_of(content));
    CHECK(image.description == "a 64-bit Windows library (DLL)");
    CHECK(image.machine == "x86-64");
    CHECK_FALSE(image.is_damaged);
    CHECK(image.needed == std::vector<std::string>{"KERNEL32.dll"});
    CHECK(content.find(vendor().constants[0].bytes) != std::string::npos);
    CHECK(pe_library(vendor()) == content);
}

TEST_CASE("pe library: 1, 2 and 5,000 functions, and names of a thousand characters") {
    for (const std::uint32_t count : {1U, 2U, 5000U}) {
        auto library = vendor();
        library.constants.clear();
        library.functions.clear();
        for (std::uint32_t i = 0; i < count; ++i)
            library.functions.push_back(
                {std::string(count < 5000 ? 1000 : 10, 'n') + std::to_string(10000 + i), "", true,
                 count - i});
        const auto exports = exports_in(pe_library(library));
        REQUIRE(exports.size() == count);
        CHECK(exports.front().name == library.functions.back().name);
        CHECK(exports.back().name == library.functions.front().name);
        CHECK(exports.back().ordinal == count);
    }
}

TEST_CASE("pe library: a version resource is read back, and random damage does no harm") {
    auto library = vendor();
    const auto version_of = [](const std::string& content) {
        ImageReader reader(bytes_of(content));
        return bridge32::binary::pe_version_resource(reader);
    };
    CHECK_FALSE(version_of(pe_library(library)).has_value());
    CHECK_FALSE(version_of("MZ").has_value());
    library.version_resource = std::string("4\0V\0S\0_\0", 8) + std::string(100, 'v');
    library.version_language = 0x409;
    const auto content = pe_library(library);

    const auto version = version_of(content);

    REQUIRE(version.has_value());
    CHECK(version->bytes == library.version_resource);
    CHECK(version->language == 0x409);
    std::mt19937 random(18);
    std::size_t lost = 0;
    for (int round = 0; round < 3000; ++round) {
        auto changed = content;
        for (int n = 0; n < 3; ++n)  // the headers; the tables are at the end
            changed[n == 0 ? random() % 0x400 : content.size() - 1 - random() % 0xc00] =
                static_cast<char>(random());
        const auto found = version_of(changed);
        lost += found ? 0 : 1;
        if (found) REQUIRE(found->bytes.size() <= content.size());
        exports_in(changed);
    }
    CHECK(lost > 10);
}

TEST_CASE("pe library: what cannot be written is refused with the reason") {
    CHECK(refusal([](auto&) {}) == "");
    CHECK(refusal([](auto& library) { library.functions.push_back({"late"}); }) ==
          "late has no ordinal; each export of a DLL has one");
    CHECK(refusal([](auto& library) {
              library.functions.push_back({"late", "", true, 65536});
          }) == "late has the ordinal 65536; the greatest is 65535");
    CHECK(refusal([](auto& library) {
              library.functions.push_back({"late", "", true, 6});
          }) == "table has the ordinal of another export: 6");
    CHECK(refusal([](auto& library) {
              library.functions.push_back({"", "", true, 12});
          }) == "#12 is exported twice");
    CHECK(refusal([](auto& library) {
              library.functions.push_back({"Add", "", true, 13});
          }) == "Add is exported twice; each name and version can stand once");
}

}  // namespace pe_library_test
