#include "binary/exports.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include "test_files.hpp"

namespace exports_test {

using namespace bridge32::binary;
using test_files::Folder;
using test_files::library;
using test_files::library_folder;

namespace {

bool has(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

TEST_CASE("exports: a library's own, without the linker's") {
    const auto exports = exports_of(test_files::library("plain"));
    const auto exported = [&](const std::string& name) {
        return std::any_of(exports.begin(), exports.end(),
                           [&](const Export& entry) { return entry.name == name; });
    };

    CHECK(exported("add"));
    CHECK_FALSE(exported("_init"));
    CHECK_FALSE(exported("__bss_start"));
    CHECK(exports_of(test_files::library("plain").parent_path()).empty());
}

TEST_CASE("image: exported names are those of the file") {
    const auto plain = exported_names(library("plain"));

    CHECK(has(plain, "add"));
    CHECK(has(plain, "counter"));
    CHECK_FALSE(has(plain, "printf"));
    CHECK(exported_names(library_folder() / "libarchive.a").empty());
}

TEST_CASE("image: random damage to a library's symbols does no harm") {
    const std::vector<char> original = test_files::read(library("plain"));
    const Folder folder;
    std::mt19937 random(5);

    for (int round = 0; round < 200; ++round) {
        std::vector<char> content = original;
        for (int n = 0; n < 6; ++n) {  // the section table lies at the end
            const std::size_t tail = n < 3 ? std::min<std::size_t>(content.size(), 2000) : 64;
            const std::size_t from = n < 3 ? content.size() - tail : 0;
            content[from + random() % tail] = static_cast<char>(random());
        }
        const auto names = exported_names(folder.write("mutated", content));
        REQUIRE(names.size() < 10000);
    }
}

}  // namespace exports_test
