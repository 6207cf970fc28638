#include "binary/load_failure.hpp"

#include <doctest/doctest.h>

#include "load_failure_support.hpp"

namespace load_failure_test {

namespace {

namespace fs = std::filesystem;
using namespace bridge32::binary;
using bridge32::detail::utf8_of;
using load_failure_test::contains;
using load_failure_test::explain;
using load_failure_test::kOther;
using load_failure_test::kOwn;
using test_files::file_of;
using test_files::Folder;
using test_files::library;
using test_files::library_folder;
using test_files::nowhere;
using test_files::other_library;
using test_files::suffix;

}  // namespace

TEST_CASE("load failure: a library that loads needs no explanation") {
    CHECK(explain(library("plain")) == "it was loaded");
}

TEST_CASE("load failure: wrong bitness says which host to use") {
    const fs::path path = other_library("plain");
    const std::string text = explain(path);

    CHECK(contains(text, "`" + utf8_of(path) + "` is a " + kOther + "-bit "));
    CHECK(contains(text, "; host" + kOwn + " loads " + kOwn + "-bit ones. Use host" + kOther));
}

TEST_CASE("load failure: a missing file names the places searched and the nearest file") {
    const std::string name = "plian" + suffix();

    const std::string text = explain(name, library_folder(), {nowhere()});

    CHECK(contains(text, "`" + name + "` or `lib" + name + "` was not found in: " +
                             utf8_of(library_folder()) + ", " + utf8_of(nowhere()) + ", "));
    CHECK(contains(text, "Did you mean `" + file_of("plain") + "`?"));
    CHECK(contains(text, "library_path"));
}

TEST_CASE("load failure: a missing absolute path says what is missing of it") {
    CHECK(contains(explain(nowhere() / file_of("x")), "no folder `" + utf8_of(nowhere()) + "`"));
    CHECK(contains(explain(library("plane")), "Did you mean `" + file_of("plain") + "`?"));
}

TEST_CASE("load failure: a file that is not a library is described") {
    const Folder folder;

    CHECK(contains(explain(folder.write(file_of("a"), "hello")), "it is a text file"));
    CHECK(contains(explain(folder.write(file_of("b"), "")), "is empty"));
    CHECK(contains(explain(folder.path()), "is a folder"));
    CHECK(contains(explain(library_folder() / "libarchive.a"), "static archive"));
}

TEST_CASE("load failure: a missing dependency is named, one level down") {
    const std::string text = explain(library("second"));

    CHECK(contains(text, "`" + utf8_of(library("second")) + "` needs `" + file_of("third")));
    CHECK(contains(text, "`, which was not found in: "));
    CHECK(contains(text, "Install its " + kOwn + "-bit build, or add its folder to library_path"));
}

TEST_CASE("load failure: a missing dependency is named, two levels down") {
    const std::string text = explain(library("first"));

    CHECK(contains(text, "`" + utf8_of(library("first")) + "` needs `" + file_of("second") +
                             "`, which needs `" + file_of("third")));
}

TEST_CASE("load failure: a dependency that is no library is called what it is") {
    const Folder folder;
    folder.write(file_of("second"), "GROUP ( libsecond.so.1 )");
    const fs::path first = folder.write(file_of("first"), test_files::read(library("first")));

    const std::string text = explain(first);

    CHECK(contains(text, "needs `" + file_of("second") + "`. `"));
    CHECK(contains(text, "it is a linker script"));
}

}  // namespace load_failure_test
