// What glibc's loader refuses, and what it says.
#include <doctest/doctest.h>

#include "unit/binary/load_failure_support.hpp"

namespace linux_load_failure_test {

namespace {

namespace fs = std::filesystem;
using namespace bridge32::binary;
using load_failure_test::contains;
using load_failure_test::explain;
using load_failure_test::kOther;
using load_failure_test::kOwn;
using test_files::Folder;
using test_files::library;
using test_files::library_folder;

}  // namespace

TEST_CASE("load failure: a symbolic link that leads nowhere names its target") {
    const Folder folder;
    fs::create_symlink("libgone.so.1", folder.path() / "libgone.so");

    CHECK(contains(explain(folder.path() / "libgone.so"),
                   "is a symbolic link to `libgone.so.1`, which does not exist"));
}

TEST_CASE("load failure: a library that is cut short is refused before it ends the host") {
    auto content = test_files::read(library("plain"));
    content.resize(content.size() / 4);
    const Folder folder;

    const std::string text = explain_load_failure(folder.write("libplain.so", content), {}, {}, "");

    CHECK(contains(text, "damaged or truncated"));
}

TEST_CASE(
    "load failure: a library with a truncated dependency is rejected before it ends the host") {
    auto content = test_files::read(library("second"));
    content.resize(content.size() / 4);
    const Folder folder;
    folder.write("libsecond.so", content);
    const fs::path first = folder.write("libfirst.so", test_files::read(library("first")));

    const std::string text = explain_load_failure(first, {}, {}, "");

    CHECK(contains(text, "needs `libsecond.so`. `" + (folder.path() / "libsecond.so").string() +
                             "` is a " + kOwn + "-bit library, damaged or truncated"));
}

TEST_CASE("load failure: what comes before each loading leaves the system's folders alone") {
    const LoadedFile first{library("first"), read_image(library("first"))};

    const auto own = find_dependency("libsecond.so", first, {.system_folders = false});
    const auto of_system = find_dependency("libc.so.6", first, {.system_folders = false});
    const auto elsewhere =
        find_dependency("libc.so.6", first, {.own_process = false, .system_folders = true});

    CHECK(own.path == library_folder() / "libsecond.so");
    CHECK(of_system.path.empty());
    CHECK_FALSE(of_system.already_loaded);  // nobody has asked
    CHECK_FALSE(elsewhere.path.empty());
}

TEST_CASE("load failure: a dependency beside the library is pointed out, with the cure") {
    const std::string text = explain(library("neighbour"));

    CHECK(contains(text, "needs `libbeside.so`"));
    CHECK(contains(text,
                   "It is in `" + library_folder().string() +
                       "`, where the system does not search: add that folder to library_path."));
}

TEST_CASE("load failure: a dependency that exists in the other bitness only is pointed out") {
    const std::string text = explain(library("wants_twin"));

    CHECK(contains(text, "libtwin.so` is a " + kOther + "-bit library and cannot be used"));
    CHECK(contains(text, "Install its " + kOwn + "-bit build"));
}

TEST_CASE("load failure: an undefined symbol is named, with what can be done") {
    const std::string text = explain(library("undefined"));

    CHECK(contains(text, "`" + library("undefined").string() +
                             "` uses `nobody_defines_this`, which neither it nor"));
    CHECK(contains(text, "{.global = true}"));
}

TEST_CASE("load failure: a version that the dependency lacks is named") {
    const std::string text = explain(library("needs_version"));

    CHECK(contains(
        text, "`" + library("needs_version").string() + "` needs version `VERSIONED_9.9` of `"));
    CHECK(contains(text, "libversioned.so`, which it does not have"));
}

TEST_CASE("load failure: a C++ symbol is shown as its writer knows it") {
    const std::string text = explain_load_failure(
        library("plain"), {}, {}, "/x/libplain.so: undefined symbol: _ZN8geometry4areaEii");

    CHECK(contains(text, "`_ZN8geometry4areaEii` (geometry::area(int, int))"));
}

TEST_CASE("load failure: the system's words are passed on where nothing better is known") {
    CHECK(explain_load_failure(library("plain"), {}, {}, "out of luck") ==
          "cannot load the library `" + library("plain").string() + "`: out of luck");
    CHECK(contains(explain_load_failure(library("plain"), {}, {},
                                        "x: failed to map segment from shared object"),
                   "mounted noexec"));
}

TEST_CASE("load failure: what an RPATH leads to is found") {
    CHECK(explain(library("outer")) == "it was loaded");
}

TEST_CASE("load failure: a program is reported as such") {
    CHECK(contains(explain(test_files::program()), "a " + kOwn + "-bit program, not a library"));
}

}  // namespace linux_load_failure_test
