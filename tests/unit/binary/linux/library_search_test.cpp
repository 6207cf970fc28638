// The search of glibc's loader.
#include "binary/library_search.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <boost/dll/shared_library.hpp>

#include "unit/binary/test_files.hpp"

namespace linux_library_search_test {

namespace {

namespace fs = std::filesystem;
using namespace bridge32::binary;
using test_files::Folder;
using test_files::library;

LoadedFile loaded(const fs::path& path, const LoadedFile* needed_by = nullptr) {
    return {path, read_image(path), needed_by};
}

fs::path inner(const std::string& name) {
    return test_files::library_folder() / "inner" / test_files::file_of(name);
}

bool contains(const Paths& paths, const fs::path& path) {
    return std::find(paths.begin(), paths.end(), path) != paths.end();
}

}  // namespace

TEST_CASE("library search: extension and prefix are added where that leads to a file") {
    const Folder folder;
    folder.write("libfoo.so", "x");
    folder.write("bar-1.2.so", "x");
    folder.write("baz.dll", "x");
    folder.write("libqux.so.3", "x");
    const auto find = [&](const char* name) {
        return find_library(name, folder.path(), {}).path.filename().string();
    };

    CHECK(find("foo") == "libfoo.so");
    CHECK(find("libfoo") == "libfoo.so");
    CHECK(find("foo.so") == "libfoo.so");
    CHECK(find("bar-1.2") == "bar-1.2.so");
    CHECK(find("baz.dll") == "baz.dll");
    CHECK(find("qux.so.3") == "libqux.so.3");
}

TEST_CASE("library search: the system's libraries are found where the loader finds them") {
    for (const char* name : {"libc.so.6", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1"}) {
        const boost::dll::shared_library real(name, boost::dll::load_mode::search_system_folders);
        CAPTURE(name);

        const FoundDependency found = find_in_system(name);

        REQUIRE_FALSE(found.path.empty());
        CHECK(fs::equivalent(found.path, real.location()));
    }
}

TEST_CASE("library search: RUNPATH and $ORIGIN lead to a dependency") {
    const LoadedFile first = loaded(library("first"));

    CHECK(find_dependency("libsecond.so", first).path == library("second"));
}

TEST_CASE("library search: an RPATH is inherited, a RUNPATH is not") {
    const LoadedFile outer = loaded(library("outer"));
    const LoadedFile middle = loaded(inner("middle"), &outer);
    const LoadedFile first = loaded(library("first"));
    const LoadedFile second = loaded(library("second"), &first);

    CHECK(find_dependency("libmiddle.so", outer).path == inner("middle"));
    CHECK(find_dependency("libinnermost.so", middle).path == inner("innermost"));
    CHECK(find_dependency("libfirst.so", second).path.empty());
}

TEST_CASE("library search: a dependency of the other bitness is reported, not chosen") {
    const LoadedFile file = loaded(library("wants_twin"));

    const FoundDependency found = find_dependency("libtwin.so", file);

    CHECK(found.path.empty());
    CHECK(found.wrong_bits.filename() == "libtwin.so");
    CHECK_FALSE(contains(found.searched, (test_files::library_folder() / "twin")));
}

}  // namespace linux_library_search_test
