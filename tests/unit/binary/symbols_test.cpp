#include "binary/symbols.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "binary/elf.hpp"
#include "unit/binary/test_files.hpp"

namespace symbols_test {

using namespace bridge32::binary;
using test_files::library;

namespace {

std::span<const std::byte> bytes(const std::vector<char>& content) {
    return std::as_bytes(std::span(content));
}

/// The offset of a function of that name, looked for in the file by its look-up.
std::uint64_t offset_of(const Symbols& symbols, const std::string& name) {
    for (std::uint64_t offset = 0; offset < 0x10000; ++offset) {
        const Symbol* const symbol = symbols.find(offset);
        if (symbol != nullptr && symbol->name == name) return symbol->offset;
    }
    return 0;
}

}  // namespace

TEST_CASE("symbols: an address lies in the function around it, in files of either bitness") {
    for (const char* bits : {test_files::kOwnBits, test_files::kOtherBits}) {
        CAPTURE(bits);
        const auto file =
            std::filesystem::path(BRIDGE32_TEST_LIBRARIES) / bits / test_files::file_of("plain");
        const auto symbols = Symbols::of(file);

        const auto add = offset_of(symbols, "add");

        REQUIRE(add != 0);
        const Symbol* const inside = symbols.find(add + 1);
        REQUIRE(inside != nullptr);
        CHECK(inside->name == "add");
        if (inside->size != 0) CHECK(inside->size > 1);  // a PE file does not tell
        CHECK(symbols.find(add - 1) != inside);
    }
}

TEST_CASE("symbols: C++ names are demangled, and others left alone") {
    CHECK(demangled("_ZN8geometry4areaEii") == "geometry::area(int, int)");
    CHECK(demangled("i") == "i");
    CHECK(demangled("_Znonsense") == "_Znonsense");
    CHECK(demangled("") == "");
}

TEST_CASE("symbols: a file that is cut short or none gives what it has, or nothing") {
    const auto whole = test_files::read(library("plain"));
    REQUIRE_FALSE(whole.empty());
    for (std::size_t size = 0; size < whole.size(); size += 97) {
        const std::vector<char> part(whole.begin(), whole.begin() + static_cast<long>(size));
        const auto symbols = Symbols::of(bytes(part));
        symbols.find(0x1000);
    }
    CHECK(Symbols::of(std::filesystem::path(__FILE__)).count() == 0);
    CHECK(Symbols::of(std::filesystem::path("/no/such/file")).count() == 0);
    CHECK(Symbols::of(std::filesystem::path("/")).find(0) == nullptr);
}

TEST_CASE("symbols: a file with damaged numbers costs no crash") {
    const auto whole = test_files::read(library("plain"));
    REQUIRE_FALSE(whole.empty());
    for (std::size_t at = 0; at + 4 <= whole.size(); at += 61) {
        auto damaged = whole;
        std::fill_n(damaged.begin() + static_cast<long>(at), 4, '\xff');
        Symbols::of(bytes(damaged)).find(0x1000);
    }
}

TEST_CASE("symbols: a file that claims a million long names costs neither much time nor memory") {
    using Header = elf::Header<std::uint64_t>;
    using Segment = elf::Segment64;
    using Section = elf::Section<std::uint64_t>;
    using Entry = elf::Symbol64;
    constexpr std::size_t kTables = 1000;
    constexpr std::size_t kEntries = 50'000;
    constexpr std::size_t kText = 1 << 20;
    constexpr std::size_t kSectionsAt = sizeof(Header) + sizeof(Segment);
    constexpr std::size_t kEntriesAt = kSectionsAt + (1 + kTables) * sizeof(Section);
    constexpr std::size_t kTextAt = kEntriesAt + kEntries * sizeof(Entry);
    std::vector<char> file(kTextAt + kText);
    const auto put = [&](std::size_t at, const auto& value) {
        std::memcpy(file.data() + at, &value, sizeof value);
    };
    Header header{};
    header.ident = {0x7f, 'E', 'L', 'F', elf::kClass64, elf::kLittleEndian};
    header.segments_at = sizeof(Header);
    header.segment_count = 1;
    header.sections_at = kSectionsAt;
    header.section_size = sizeof(Section);
    header.section_count = 1 + kTables;
    put(0, header);
    put(sizeof(Header), Segment{elf::kSegmentLoad, 0, 0, 0, 0, 0, 0, 0});
    Section text{};
    text.offset = kTextAt;
    text.size = kText;
    put(kSectionsAt, text);
    Section table{};
    table.type = elf::kSectionSymbols;
    table.offset = kEntriesAt;
    table.size = kEntries * sizeof(Entry);
    for (std::size_t i = 1; i <= kTables; ++i)
        put(kSectionsAt + i * sizeof(Section), table);
    for (std::size_t i = 0; i < kEntries; ++i)
        put(kEntriesAt + i * sizeof(Entry), Entry{0, 2, 0, 1, 0x1000 + i, 1});
    std::fill_n(file.begin() + kTextAt, kText - 1, 'x');

    const auto symbols = Symbols::of(bytes(file));

    CHECK(symbols.count() > 1000);
    CHECK(symbols.count() < kEntries);
    REQUIRE(symbols.find(0x1000) != nullptr);
    CHECK(symbols.find(0x1000)->name == std::string(4096, 'x'));
}

}  // namespace symbols_test
