#include "tool/wrap/dll_description.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <string>

#include "binary/exports.hpp"
#include "bridge32/error.hpp"
#include "tests/unit/binary/pe_sample.hpp"
#include "tests/unit/binary/test_files.hpp"
#include "tool/wrap/pe_library.hpp"

namespace dll_description_test {

using namespace bridge32::tool;

namespace {

/// A 32-bit DLL with these exports, in the order of their bytes, all of them functions or data.
std::vector<char> dll(const std::vector<std::string>& names, bool functions = true) {
    auto content = pe_sample::exporting(names);
    constexpr std::size_t kCharacteristics = 0x80 + 24 + 224 + 36;  // of its one section
    const std::uint32_t characteristics = functions ? 0x20000000 : 0;
    std::memcpy(&content[kCharacteristics], &characteristics, sizeof characteristics);
    return content;
}

std::string text(const LibraryDescription& library) {
    std::string all;
    for (const auto& one : library.functions)
        all += std::to_string(one.ordinal.value_or(0)) + " " + one.name + "\n";
    return all;
}

}  // namespace

TEST_CASE("dll description: names stay, and those with decorations are exported without them too") {
    const test_files::Folder folder;
    const auto file =
        folder.write("vendor.dll", dll({"?f@@YAHH@Z", "@Times@8", "Plain", "_Add@8"}));

    const auto described = describe_dll(file);

    CHECK(described.left_out.empty());
    CHECK(described.library.file_name == "vendor.dll");
    CHECK(described.library.interface_file == "vendor.dll.b32i");
    CHECK(text(described.library) ==
          "1 ?f@@YAHH@Z\n2 Times\n2 @Times@8\n3 Plain\n4 Add\n4 _Add@8\n");
    const auto written = folder.write("written.dll", pe_library(described.library));
    CHECK(bridge32::binary::exports_of(written).size() == 6);
    CHECK(text(describe_dll(written).library) ==
          "1 ?f@@YAHH@Z\n2 @Times@8\n4 Add\n3 Plain\n2 Times\n4 _Add@8\n");
}

TEST_CASE("dll description: a name without decorations that is taken or ambiguous is not given") {
    const test_files::Folder folder;

    CHECK(text(describe_dll(folder.write("a.dll", dll({"Add", "_Add@8"}))).library) ==
          "1 Add\n2 _Add@8\n");
    CHECK(text(describe_dll(folder.write("b.dll", dll({"@Add@8", "_Add@8"}))).library) ==
          "1 @Add@8\n2 _Add@8\n");
}

TEST_CASE("dll description: data is left out, and a file without exports is refused") {
    const test_files::Folder folder;

    const auto data = describe_dll(folder.write("data.dll", dll({"table"}, false)));
    CHECK(data.left_out == std::vector<std::string>{"table"});
    CHECK(data.library.functions.empty());
    CHECK_THROWS_AS(describe_dll(folder.write("text.dll", std::string("text"))), bridge32::Error);
}

}  // namespace dll_description_test
