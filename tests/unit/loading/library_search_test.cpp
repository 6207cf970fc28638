#include "loading/library_search.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <boost/dll/shared_library.hpp>

#include "test_files.hpp"

namespace {

namespace fs = std::filesystem;
using namespace bridge32::loading;
using test_files::Folder;
using test_files::library;

LoadedFile loaded(const fs::path& path, const LoadedFile* needed_by = nullptr) {
    return {path, read_image(path), needed_by};
}

bool contains(const Paths& paths, const fs::path& path) {
    return std::find(paths.begin(), paths.end(), path) != paths.end();
}

}  // namespace

TEST_CASE("library search: a bare name is found in the plugin's folder before library_path") {
    const Folder plugin, other;
    const auto content = test_files::read(library("libplain.so"));
    plugin.write("my_lib.so", content);
    other.write("my_lib.so", content);

    CHECK(find_library("my_lib", plugin.path(), {other.path()}).path ==
          plugin.path() / "my_lib.so");
    CHECK(find_library("my_lib", {}, {other.path()}).path == other.path() / "my_lib.so");
}

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

TEST_CASE("library search: an absolute path stays as it is, but for a missing extension") {
    const Folder folder;
    const fs::path file = folder.write("my_lib.so", "x");

    CHECK(find_library(file, "/elsewhere", {"/elsewhere"}).path == file);
    CHECK(find_library(folder.path() / "my_lib", {}, {}).path == file);
    CHECK_FALSE(find_library(folder.path() / "absent.so", {}, {}).found);
}

TEST_CASE("library search: a library of the other bitness gives way to one further on") {
    const Folder wrong, right;
    const auto other = test_files::read(fs::path(BRIDGE32_TEST_LIBRARIES) / test_files::kOtherBits /
                                        "libplain.so");
    REQUIRE_FALSE(other.empty());
    wrong.write("libplain.so", other);
    right.write("libplain.so", test_files::read(library("libplain.so")));

    CHECK(find_library("plain", wrong.path(), {right.path()}).path == right.path() / "libplain.so");
    CHECK(find_library("plain", wrong.path(), {}).path == wrong.path() / "libplain.so");
}

TEST_CASE("library search: what is nowhere stays a name for the system, with the places") {
    const Folder first, second;

    const FoundLibrary result = find_library("no_such_lib", first.path(), {second.path()});

    CHECK_FALSE(result.found);
    CHECK(result.path == "no_such_lib.so");
    CHECK(result.searched == Paths{first.path(), second.path()});
}

TEST_CASE("library search: the working directory is never searched") {
    const Folder folder;
    folder.write("my_lib.so", "x");
    const fs::path before = fs::current_path();
    fs::current_path(folder.path());

    const FoundLibrary result = find_library("my_lib", "/nowhere", {});
    fs::current_path(before);

    CHECK_FALSE(result.found);
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
    const LoadedFile first = loaded(library("libfirst.so"));

    CHECK(find_dependency("libsecond.so", first).path == library("libsecond.so"));
}

TEST_CASE("library search: an RPATH is inherited, a RUNPATH is not") {
    const LoadedFile outer = loaded(library("libouter.so"));
    const LoadedFile middle = loaded(library("inner/libmiddle.so"), &outer);
    const LoadedFile first = loaded(library("libfirst.so"));
    const LoadedFile second = loaded(library("libsecond.so"), &first);

    CHECK(find_dependency("libmiddle.so", outer).path == library("inner/libmiddle.so"));
    CHECK(find_dependency("libinnermost.so", middle).path == library("inner/libinnermost.so"));
    CHECK(find_dependency("libfirst.so", second).path.empty());
}

TEST_CASE("library search: a dependency of the other bitness is reported, not chosen") {
    const LoadedFile file = loaded(library("libwants_twin.so"));

    const FoundDependency found = find_dependency("libtwin.so", file);

    CHECK(found.path.empty());
    CHECK(found.wrong_bits.filename() == "libtwin.so");
    CHECK_FALSE(contains(found.searched, library("twin")));
}

TEST_CASE("library search: what the process has loaded already needs no file") {
    const boost::dll::shared_library beside(library("libbeside.so"));

    CHECK(find_dependency("libbeside.so", loaded(library("libneighbour.so"))).already_loaded);
}
