// What Windows' loader refuses, and by which number it says so.
#include "binary/load_failure.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "unit/binary/load_failure_support.hpp"

namespace windows_load_failure_test {

namespace {

namespace fs = std::filesystem;
using namespace bridge32::binary;
using bridge32::detail::utf8_of;
using load_failure_test::contains;
using load_failure_test::explain;
using load_failure_test::kOther;
using load_failure_test::kOwn;
using test_files::Folder;
using test_files::library;
using test_files::other_library;

/// A copy of `library("second")`, and the file that it needs, which the test writes.
struct Pair {
    explicit Pair(const std::vector<char>& third) {
        folder.write("libthird.dll", third);
        second = folder.write("libsecond.dll", test_files::read(library("second")));
    }
    Folder folder;
    fs::path second;
};

/// The content of plain.dll with its import of `from` renamed, of the same length.
std::vector<char> renamed_import(const std::string& from, const std::string& to) {
    std::vector<char> content = test_files::read(library("plain"));
    const auto at = std::search(content.begin(), content.end(), from.begin(), from.end());
    REQUIRE(at != content.end());
    std::copy(to.begin(), to.end(), at);
    return content;
}

}  // namespace

TEST_CASE("load failure: a dependency that lies beside the library is found") {
    CHECK(explain(library("neighbour")) == "it was loaded");
}

TEST_CASE("load failure: the places where Windows looked for a dependency are named, in order") {
    const std::string text = explain(library("second"));

    const std::size_t own = text.find(utf8_of(test_files::library_folder()), text.find(" in: "));
    const std::size_t system = text.find(":\\windows\\sys");
    CHECK(own != std::string::npos);
    CHECK(system != std::string::npos);
    CHECK(own < system);
}

TEST_CASE("load failure: a dependency of the other bitness is called that") {
    const Pair pair(test_files::read(other_library("plain")));

    const std::string text = explain(pair.second);

    CHECK(contains(text, "libsecond.dll` needs `libthird.dll`. `"));
    CHECK(
        contains(text, "libthird.dll` is a " + kOther + "-bit Windows library (DLL); host" + kOwn));
}

TEST_CASE("load failure: a dependency that is cut short is called damaged") {
    auto content = test_files::read(library("plain"));
    content.resize(content.size() / 2);
    const Pair pair(content);

    CHECK(contains(explain(pair.second), "damaged or truncated"));
}

TEST_CASE("load failure: a DllMain that returns FALSE is a failed initialisation") {
    const std::string text = explain(library("refuses"));

    CHECK(contains(text, "cannot load the library `" + utf8_of(library("refuses")) +
                             "`: Windows error 1114 ("));
    CHECK(contains(text, "Its initialisation failed: its DllMain, or that of a dependency"));
}

TEST_CASE("load failure: error 127 names the function, and the library that lacks it") {
    // Wine loads such a library all the same, so this is what Windows would have said.
    const Pair pair(test_files::read(library("plain")));

    const std::string text = explain_load_failure(pair.second, {}, {}, "Windows error 127");

    CHECK(contains(text, "libsecond.dll` uses `third` of `libthird.dll`, which `" +
                             utf8_of(pair.folder.path() / "libthird.dll") + "` does not export."));
    CHECK(contains(text, "It was built for another version of that library"));
}

TEST_CASE("load failure: error 127 is found in what the process has loaded") {
    const Folder folder;
    const fs::path file = folder.write("newer.dll", renamed_import("GetLastError", "GotLastError"));

    const std::string text = explain_load_failure(file, {}, {}, "Windows error 127");

    CHECK(contains(
        text,
        "uses `GotLastError` of `KERNEL32.dll`, which the copy in this process does not export"));
}

TEST_CASE("load failure: what a compiler's run-time library is, and where it comes from") {
    CHECK(contains(dependency_source("MSVCR100.dll"), "Visual C++ 2010 Redistributable"));
    CHECK(contains(dependency_source("VCRUNTIME140_1.dll"), "2015-2022 Redistributable"));
    CHECK(contains(dependency_source("msvcr120d.dll"), "debug builds"));
    CHECK(contains(dependency_source("libgcc_s_dw2-1.dll"), "MinGW"));
    CHECK(dependency_source("libthird.dll").empty());
}

TEST_CASE("load failure: other errors keep Windows' words") {
    const std::string text = explain_load_failure(library("plain"), {}, {}, "Windows error 5");

    CHECK(contains(text, "Windows error 5 ("));
    CHECK(contains(text, "virus scanner"));
    CHECK(explain_load_failure(library("plain"), {}, {}, "out of luck") ==
          "cannot load the library `" + utf8_of(library("plain")) + "`: out of luck");
}

TEST_CASE("load failure: a folder and a library of any name, and their errors in UTF-8") {
    const Folder folder;
    const fs::path place = folder.path() / bridge32::detail::path_from_utf8("uñicödé 日本");
    fs::create_directory(place);
    fs::copy_file(library("neighbour"), place / "libneighbour.dll");
    const fs::path alone = place / bridge32::detail::path_from_utf8("größe.dll");
    fs::copy_file(library("neighbour"), alone);

    CHECK(contains(explain(alone), "uñicödé 日本\\größe.dll` needs `libbeside.dll`"));

    fs::copy_file(library("beside"), place / "libbeside.dll");
    CHECK(explain(alone) == "it was loaded");
}

}  // namespace windows_load_failure_test
