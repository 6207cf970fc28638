// The search of Windows' loader.
#include "binary/library_search.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <boost/dll/shared_library.hpp>
#include <cstdlib>
#include <string>

#include "bridge32/library.hpp"
#include "unit/binary/test_files.hpp"

namespace windows_library_search_test {

namespace {

namespace fs = std::filesystem;
using namespace bridge32::binary;
using bridge32::detail::path_from_utf8;
using bridge32::detail::utf8_of;
using test_files::Folder;
using test_files::library;

bool contains(const Paths& paths, const fs::path& path) {
    return std::find(paths.begin(), paths.end(), path) != paths.end();
}

bool loads(fs::path path) {
    try {
        bridge32::detail::ForeignState state;
        bridge32::detail::load_library(path, {}, state);
        return true;
    } catch (const bridge32::PluginError&) {
        return false;
    }
}

}  // namespace

TEST_CASE("library search: extension and prefix are added where that leads to a file") {
    const Folder folder;
    folder.write("libfoo.dll", "x");
    folder.write("bar-1.2.dll", "x");
    folder.write("Control.ocx", "x");
    const auto find = [&](const char* name) {
        return utf8_of(find_library(name, folder.path(), {}).path.filename());
    };

    CHECK(find("foo") == "libfoo.dll");
    CHECK(find("libfoo") == "libfoo.dll");
    CHECK(find("foo.dll") == "libfoo.dll");
    CHECK(find("bar-1.2") == "bar-1.2.dll");
    CHECK(find("Control.ocx") == "Control.ocx");
}

TEST_CASE("library search: a name in other letters is the same name") {
    CHECK(library_key("KERNEL32.dll") == library_key("kernel32.DLL"));
    CHECK(library_key("GRÖSSE.DLL") == "grösse.dll");
    CHECK(library_stem("libFoo.DLL") == "Foo");
    CHECK(library_stem("zlib1.dll") == "zlib1");
}

TEST_CASE("library search: the system's libraries are found where the loader finds them") {
    for (const char* name : {"version.dll", "oleaut32.dll"}) {
        const FoundDependency found = find_in_system(name);
        REQUIRE_FALSE(found.path.empty());
        CHECK(found.of_system);
        CHECK(read_image(found.path).bits == kOwnBits);
    }
}

TEST_CASE("library search: sets of functions need no file") {
    const LoadedFile file{library("first"), read_image(library("first"))};

    CHECK(find_dependency("api-ms-win-core-file-l1-1-0.dll", file).already_loaded);
    CHECK(find_dependency("kernel32", file).already_loaded);
    CHECK_FALSE(find_dependency("libthird.dll", file).already_loaded);
}

TEST_CASE("library search: a dependency lies beside the library that was asked for") {
    const LoadedFile first{library("first"), read_image(library("first"))};
    const Folder folder;
    const LoadedFile second{folder.path() / "libsecond.dll", read_image(library("second")), &first};

    const FoundDependency found = find_dependency("libbeside.dll", second);

    CHECK(found.path == library("beside"));
    CHECK(found.searched.front() == test_files::library_folder());
    CHECK_FALSE(contains(found.searched, folder.path()));
}

TEST_CASE("library search: a folder of library_path is searched once it is added, and PATH too") {
    const Folder plugin, added;
    const fs::path neighbour =
        plugin.write("libneighbour.dll", test_files::read(library("neighbour")));
    const fs::path place = added.path() / path_from_utf8("uñicödé 日本");
    fs::create_directory(place);
    fs::copy_file(library("beside"), place / "libbeside.dll");
    REQUIRE_FALSE(loads(neighbour));

    add_library_folders({place});
    add_library_folders({place});

    CHECK(loads(neighbour));
    const LoadedFile file{neighbour, read_image(neighbour)};
    const FoundDependency found = find_dependency("libbeside.dll", file);
    CHECK(found.path == place / "libbeside.dll");
    CHECK(std::count(found.searched.begin(), found.searched.end(), place) == 1);
    // A library that loads another by itself searches PATH.
    const fs::path first_of_path = [] {
        const std::wstring text = ::_wgetenv(L"PATH");
        return fs::path(text.substr(0, text.find(L';')));
    }();
    CHECK(first_of_path == place);
}

}  // namespace windows_library_search_test
