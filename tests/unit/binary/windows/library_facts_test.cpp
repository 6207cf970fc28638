#include "binary/library_facts.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "binary/library_search.hpp"
#include "unit/binary/test_files.hpp"

namespace windows_library_facts_test {

using bridge32::binary::library_version;

TEST_CASE("library version: that of a Windows library is its version resource's") {
    const auto kernel32 = bridge32::binary::find_in_system("kernel32.dll").path;

    const std::string version = library_version(kernel32);

    CHECK(std::count(version.begin(), version.end(), '.') == 3);
    CHECK(version.find_first_not_of("0123456789.") == std::string::npos);
    CHECK(version.front() != '0');
    CHECK(bridge32::binary::library_facts(kernel32).at("version") == version);
}

TEST_CASE("library version: a library without one, and a file that is none, have none") {
    const test_files::Folder folder;

    CHECK(library_version(test_files::library("plain")).empty());
    CHECK(library_version(folder.write("a.dll", "text")).empty());
    CHECK_FALSE(bridge32::binary::library_facts(test_files::library("plain")).contains("version"));
}

}  // namespace windows_library_facts_test
