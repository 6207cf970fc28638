#include "binary/elf_exports.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "binary/elf.hpp"
#include "tool/wrap/elf_library.hpp"

namespace elf_exports_test {

using namespace bridge32::binary;
using bridge32::tool::LibraryDescription;

namespace {

LibraryDescription vendor() {
    LibraryDescription library;
    library.file_name = library.soname = "libvendor.so.2";
    library.interface_file = "vendor.b32i";
    library.versions = {"VENDOR_1", "UNUSED", "VENDOR_2"};
    library.functions = {{"add", "VENDOR_1", false}, {"add", "VENDOR_2"}};
    for (int i = 0; i < 50; ++i)
        library.functions.push_back({"f" + std::to_string(100 + i)});
    library.constants = {{"table", std::string("\1\2\3\0\5", 5), "VENDOR_2"}};
    return library;
}

ElfExports read(const std::string& content) {
    return elf_exports(std::as_bytes(std::span(content)));
}

std::string text(const ElfExports& exports) {
    if (!exports.problem.empty()) return exports.problem;
    std::string all;
    for (const auto& one : exports.exports) {
        all += one.name;
        if (!one.version.empty()) all += (one.is_default_version ? "@@" : "@") + one.version;
        all += one.kind == ElfExportKind::kFunction ? " " : " data ";
    }
    return all;
}

/// Where the dynamic section has that entry.
std::size_t dynamic_entry(const std::string& content, std::uint64_t tag) {
    elf::Header<std::uint64_t> header;
    std::memcpy(&header, content.data(), sizeof header);
    for (std::size_t i = 0; i < header.segment_count; ++i) {
        elf::Segment64 segment;
        std::memcpy(&segment, &content[header.segments_at + i * sizeof segment], sizeof segment);
        constexpr std::uint32_t kDynamic = 2;
        if (segment.type != kDynamic) continue;
        for (std::size_t at = segment.offset; at < segment.offset + segment.file_size; at += 16) {
            if (std::memcmp(&content[at], &tag, sizeof tag) == 0) return at;
        }
    }
    FAIL("no such entry");
    return 0;
}

}  // namespace

TEST_CASE("elf exports: of a written library, as they were described") {
    const auto content = bridge32::tool::elf_library(vendor());

    const auto exports = read(content);

    REQUIRE(exports.problem == "");
    CHECK(exports.versions == vendor().versions);
    REQUIRE(exports.exports.size() == 53);
    CHECK(text(exports).starts_with("add@VENDOR_1 add@@VENDOR_2 f100 f101 "));
    CHECK(text(exports).ends_with(" f149 table@@VENDOR_2 data "));
    const auto& table = exports.exports.back();
    CHECK(table.kind == ElfExportKind::kConstant);
    REQUIRE(table.size == 5);
    REQUIRE(table.offset.has_value());
    CHECK(content.substr(static_cast<std::size_t>(*table.offset), 5) ==
          vendor().constants[0].bytes);
    CHECK(parse_image(std::as_bytes(std::span(content))).soname == "libvendor.so.2");
}

TEST_CASE("elf exports: one of the two hash tables is enough, and no section table is needed") {
    auto content = bridge32::tool::elf_library(vendor());
    const auto expected = text(read(content));
    constexpr std::uint64_t kHash = 4, kGnuHash = 0x6ffffef5, kNothing = 0x6ffffff1;

    for (const auto tag : {kHash, kGnuHash}) {
        auto without = content;
        std::memcpy(&without[dynamic_entry(content, tag)], &kNothing, sizeof kNothing);
        CHECK(text(read(without)) == expected);
    }
    std::memset(&content[40], 0, 8);  // where the section table lies
    std::memset(&content[58], 0, 6);  // and how large it is
    CHECK(text(read(content)) == expected);
}

TEST_CASE("elf exports: what is missing or damaged is named") {
    const auto content = bridge32::tool::elf_library(vendor());

    const auto without = [&](std::uint64_t tag, std::uint64_t value) {
        auto changed = content;
        std::memcpy(&changed[dynamic_entry(content, tag) + 8], &value, sizeof value);
        return read(changed).problem;
    };
    CHECK(read("MZ").problem == "it is no ELF file");
    CHECK(read("").problem == "it is no ELF file");
    CHECK(read(content.substr(0, 70)).problem == "missing or damaged: its program headers");
    CHECK(without(5, 1U << 30) == "missing or damaged: its string table");
    CHECK(without(10, 3) != "");  // a name lies beyond the strings
    CHECK(without(4, ~std::uint64_t{0} - 20) == "missing or damaged: its hash table");
    CHECK(without(6, ~std::uint64_t{0} - 8) == "missing or damaged: its symbol table");
    CHECK(without(0x6ffffffd, 0x10000) == "missing or damaged: its table of versions");
    CHECK(without(0x6ffffffc, 0) == "missing or damaged: its table of versions");
}

TEST_CASE("elf exports: random damage does no harm") {
    const auto content = bridge32::tool::elf_library(vendor());
    const std::size_t tables = 0x280, code = 4096;
    std::mt19937 random(18);

    std::size_t damaged = 0;
    for (int round = 0; round < 3000; ++round) {
        auto changed = content;
        for (int n = 0; n < 4; ++n) {
            const std::size_t at = n == 0   ? random() % tables
                                   : n == 1 ? 2 * code + 400 + random() % 400  // .dynamic
                                            : random() % code;
            changed[at] = static_cast<char>(random());
        }
        const auto exports = read(changed);
        damaged += exports.problem.empty() ? 0 : 1;
        REQUIRE(exports.exports.size() < 1000);
    }
    CHECK(damaged > 100);
    for (std::size_t size = 0; size < content.size(); size += 37)
        read(content.substr(0, size));
}

}  // namespace elf_exports_test
