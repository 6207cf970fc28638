#include "tool/wrap/import_library.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "bridge32/error.hpp"

namespace import_library_test {

using namespace bridge32::tool;

namespace {

LibraryDescription vendor(const std::string& file_name) {
    LibraryDescription library;
    library.file_name = file_name;
    library.interface_file = "vendor.b32i";
    library.functions = {{"subtract", "", true, 7}, {"Add", "", true, 5}, {"", "", true, 12}};
    library.constants = {{"table", "bytes", "", true, 6}};
    return library;
}

std::uint32_t big_endian(const std::string& content, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
        value = value << 8 | static_cast<unsigned char>(content.at(at + i));
    return value;
}

template <class T>
T get(const std::string& content, std::size_t at) {
    T value;
    REQUIRE(at + sizeof value <= content.size());
    std::memcpy(&value, &content[at], sizeof value);
    return value;
}

std::size_t size_of_member(const std::string& content, std::size_t at) {
    REQUIRE(content.substr(at + 58, 2) == "`\n");
    return std::stoul(content.substr(at + 48, 10));
}

}  // namespace

TEST_CASE("import library: both tables of symbols lead to the members that define them") {
    for (const char* file : {"vendor.dll", "a_long_name_of_a_vendor.dll"}) {
        CAPTURE(file);
        const auto content = import_library(vendor(file));
        CHECK(import_library(vendor(file)) == content);
        CHECK(content.starts_with("!<arch>\n/ "));
        const std::size_t first = 8, first_content = first + 60;
        const std::size_t second = first_content + (size_of_member(content, first) + 1) / 2 * 2;
        const std::uint32_t count = big_endian(content, first_content);
        REQUIRE(count == 8);  // three of the import table's entry, two a function, one of data

        std::set<std::string> symbols;
        std::size_t name_at = first_content + 4 + 4 * count;
        for (std::uint32_t i = 0; i < count; ++i) {
            const std::string symbol = content.c_str() + name_at;
            name_at += symbol.size() + 1;
            symbols.insert(symbol);
            const std::size_t member = big_endian(content, first_content + 4 + 4 * i);
            const std::size_t size = size_of_member(content, member);
            const std::string object = content.substr(member + 60, size);
            if (object.starts_with(std::string("\0\0\xff\xff", 4))) {
                const std::string name = object.c_str() + 20;
                CHECK((symbol == name || symbol == "__imp_" + name));
                CHECK(object.substr(20 + name.size() + 1) == file + std::string(1, '\0'));
                CHECK(get<std::uint32_t>(object, 12) == object.size() - 20);
                CHECK(get<std::uint16_t>(object, 18) == (name == "table" ? 5 : 4));
            } else {
                CHECK(get<std::uint16_t>(object, 0) == 0x8664);
                CHECK(object.find(symbol) != std::string::npos);
            }
        }
        CHECK(symbols.count("Add") == 1);
        CHECK(symbols.count("__imp_Add") == 1);
        CHECK(symbols.count("__imp_table") == 1);
        CHECK(symbols.count("table") == 0);

        const std::size_t table = second + 60;
        const auto members = get<std::uint32_t>(content, table);
        REQUIRE(members == 6);
        CHECK(get<std::uint32_t>(content, table + 4 + 4 * members) == count);
        name_at = table + 4 + 4 * members + 4 + 2 * count;
        std::vector<std::string> sorted;
        for (std::uint32_t i = 0; i < count; ++i) {
            sorted.push_back(content.c_str() + name_at);
            name_at += sorted.back().size() + 1;
            const auto member = get<std::uint16_t>(content, table + 8 + 4 * members + 2 * i);
            const auto at = get<std::uint32_t>(content, table + 4 * std::size_t{member});
            const std::string object = content.substr(at + 60, size_of_member(content, at));
            const std::string& symbol = sorted.back();
            CHECK(object.find(symbol.starts_with("__imp_") ? symbol.substr(6) : symbol) !=
                  std::string::npos);
        }
        CHECK(sorted == std::vector<std::string>(symbols.begin(), symbols.end()));
    }
}

TEST_CASE("import library: what cannot be written is refused with the reason") {
    auto none = vendor("vendor.dll");
    none.functions.clear();
    CHECK_THROWS_AS(import_library(none), bridge32::Error);
}

}  // namespace import_library_test
