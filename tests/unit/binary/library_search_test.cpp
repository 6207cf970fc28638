#include "binary/library_search.hpp"

#include <doctest/doctest.h>

#include <boost/dll/shared_library.hpp>

#include "test_files.hpp"

namespace library_search_test {

namespace {

namespace fs = std::filesystem;
using namespace bridge32::binary;
using test_files::file_of;
using test_files::Folder;
using test_files::library;
using test_files::nowhere;
using test_files::other_library;
using test_files::suffix;

LoadedFile loaded(const fs::path& path, const LoadedFile* needed_by = nullptr) {
    return {path, read_image(path), needed_by};
}

}  // namespace

TEST_CASE("library search: a bare name is found in the plugin's folder before library_path") {
    const Folder plugin, other;
    const std::string file = "my_lib" + suffix();
    const auto content = test_files::read(library("plain"));
    plugin.write(file, content);
    other.write(file, content);

    CHECK(find_library("my_lib", plugin.path(), {other.path()}).path == plugin.path() / file);
    CHECK(find_library("my_lib", {}, {other.path()}).path == other.path() / file);
}

TEST_CASE("library search: an absolute path stays as it is, but for a missing extension") {
    const Folder folder;
    const fs::path file = folder.write("my_lib" + suffix(), "x");

    CHECK(find_library(file, nowhere(), {nowhere()}).path == file);
    CHECK(find_library(folder.path() / "my_lib", {}, {}).path == file);
    CHECK_FALSE(find_library(folder.path() / ("absent" + suffix()), {}, {}).found);
}

TEST_CASE("library search: a library of the other bitness gives way to one further on") {
    const Folder wrong, right;
    const std::string file = file_of("plain");
    const auto other = test_files::read(other_library("plain"));
    REQUIRE_FALSE(other.empty());
    wrong.write(file, other);
    right.write(file, test_files::read(library("plain")));

    CHECK(find_library("plain", wrong.path(), {right.path()}).path == right.path() / file);
    CHECK(find_library("plain", wrong.path(), {}).path == wrong.path() / file);
}

TEST_CASE(
    "library search: a name that is not found is left to the system, with the places searched") {
    const Folder first, second;

    const FoundLibrary result = find_library("no_such_lib", first.path(), {second.path()});

    CHECK_FALSE(result.found);
    CHECK(result.path == "no_such_lib" + suffix());
    CHECK(result.searched == Paths{first.path(), second.path()});
}

TEST_CASE("library search: the working directory is never searched") {
    const Folder folder;
    folder.write("my_lib" + suffix(), "x");
    const fs::path before = fs::current_path();
    fs::current_path(folder.path());

    const FoundLibrary result = find_library("my_lib", nowhere(), {});
    fs::current_path(before);

    CHECK_FALSE(result.found);
}

TEST_CASE("library search: what the process has loaded already needs no file") {
    const boost::dll::shared_library beside(library("beside"));

    CHECK(find_dependency(file_of("beside"), loaded(library("neighbour"))).already_loaded);
}

}  // namespace library_search_test
