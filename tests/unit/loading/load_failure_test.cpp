#include "loading/load_failure.hpp"

#include <doctest/doctest.h>

#include "bridge32/detail/library_loader.hpp"
#include "test_files.hpp"

namespace {

namespace fs = std::filesystem;
using namespace bridge32::loading;
using test_files::Folder;
using test_files::library;

const std::string kOwn = test_files::kOwnBits;
const std::string kOther = test_files::kOtherBits;

/// What a user reads who wraps the library `path`: refused before it is tried, or tried in
/// earnest and explained.
std::string explain(fs::path path, const fs::path& folder = {}, const Paths& library_path = {}) {
    if (const std::string before = explain_load_failure(path, folder, library_path, "");
        !before.empty()) {
        return before;
    }
    const fs::path asked = path;
    try {
        bridge32::detail::load_library(path, {});
    } catch (const bridge32::PluginError& error) {
        const std::string text = error.what();  // without a host: ends in the system's words
        return explain_load_failure(asked, folder, library_path, text.substr(text.find("`: ") + 3));
    }
    return "it was loaded";
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("load failure: a library that loads needs no explanation") {
    CHECK(explain(library("libplain.so")) == "it was loaded");
    CHECK(explain(library("libouter.so")) == "it was loaded");
}

TEST_CASE("load failure: wrong bitness says which host to use") {
    const std::string path = std::string(BRIDGE32_TEST_LIBRARIES) + "/" + kOther + "/libplain.so";

    const std::string text = explain(path);

    CHECK(contains(text, "`" + path + "` is a " + kOther + "-bit library; host" + kOwn + " loads " +
                             kOwn + "-bit ones. Use host" + kOther));
}

TEST_CASE("load failure: a missing file names the places searched and the nearest file") {
    const std::string text = explain("plian.so", library(""), {"/some/folder"});

    CHECK(contains(text, "`plian.so` or `libplian.so` was not found in: " + library("").string() +
                             ", /some/folder, "));
    CHECK(contains(text, "Did you mean `libplain.so`?"));
    CHECK(contains(text, "library_path"));
}

TEST_CASE("load failure: a missing absolute path says what is missing of it") {
    CHECK(contains(explain("/nowhere/at/all/libx.so"), "there is no folder `/nowhere/at/all`"));
    CHECK(contains(explain(library("libplane.so")), "Did you mean `libplain.so`?"));
}

TEST_CASE("load failure: a symbolic link that leads nowhere names its target") {
    const Folder folder;
    fs::create_symlink("libgone.so.1", folder.path() / "libgone.so");

    CHECK(contains(explain(folder.path() / "libgone.so"),
                   "is a symbolic link to `libgone.so.1`, which does not exist"));
}

TEST_CASE("load failure: what is no library is called what it is") {
    const Folder folder;

    CHECK(contains(explain(folder.write("a.so", "hello")), "it is a text file"));
    CHECK(contains(explain(folder.write("b.so", "")), "is empty"));
    CHECK(contains(explain(folder.path()), "is a folder"));
    CHECK(contains(explain(library("libarchive.a")), "static archive"));
    CHECK(contains(explain(library("program")), "a " + kOwn + "-bit program, not a library"));
}

TEST_CASE("load failure: a library that is cut short is refused before it ends the host") {
    auto content = test_files::read(library("libplain.so"));
    content.resize(content.size() / 4);
    const Folder folder;

    const std::string text = explain_load_failure(folder.write("libplain.so", content), {}, {}, "");

    CHECK(contains(text, "damaged or cut short"));
}

TEST_CASE("load failure: so is one whose dependency is cut short") {
    auto content = test_files::read(library("libsecond.so"));
    content.resize(content.size() / 4);
    const Folder folder;
    folder.write("libsecond.so", content);
    const fs::path first = folder.write("libfirst.so", test_files::read(library("libfirst.so")));

    const std::string text = explain_load_failure(first, {}, {}, "");

    CHECK(contains(text, "needs `libsecond.so`. `" + (folder.path() / "libsecond.so").string() +
                             "` is a " + kOwn + "-bit library, damaged or cut short"));
}

TEST_CASE("load failure: a missing dependency is named, one level down") {
    const std::string text = explain(library("libsecond.so"));

    CHECK(contains(text, "`" + library("libsecond.so").string() +
                             "` needs `libthird.so.1`, which was not found in: "));
    CHECK(contains(text, "Install its " + kOwn + "-bit build, or add its folder to library_path"));
}

TEST_CASE("load failure: a missing dependency is named, two levels down") {
    const std::string text = explain(library("libfirst.so"));

    CHECK(contains(text, "`" + library("libfirst.so").string() +
                             "` needs `libsecond.so`, which needs `libthird.so.1`, which was not "
                             "found in: "));
}

TEST_CASE("load failure: a dependency beside the library is pointed out, with the cure") {
    const std::string text = explain(library("libneighbour.so"));

    CHECK(contains(text, "needs `libbeside.so`"));
    CHECK(
        contains(text, "It lies in `" + library("").parent_path().string() +
                           "`, where the system does not look: add that folder to library_path."));
}

TEST_CASE("load failure: a dependency that exists in the other bitness only is pointed out") {
    const std::string text = explain(library("libwants_twin.so"));

    CHECK(contains(text, "libtwin.so` is a " + kOther + "-bit library and does not serve"));
    CHECK(contains(text, "Install its " + kOwn + "-bit build"));
}

TEST_CASE("load failure: a dependency that is no library is called what it is") {
    const Folder folder;
    folder.write("libsecond.so", "GROUP ( libsecond.so.1 )");
    const fs::path first = folder.write("libfirst.so", test_files::read(library("libfirst.so")));

    const std::string text = explain(first);

    CHECK(contains(text, "needs `libsecond.so`. `"));
    CHECK(contains(text, "it is a linker script"));
}

TEST_CASE("load failure: an undefined symbol is named, with what can be done") {
    const std::string text = explain(library("libundefined.so"));

    CHECK(contains(text, "`" + library("libundefined.so").string() +
                             "` uses `nobody_defines_this`, which neither it nor"));
    CHECK(contains(text, "{.global = true}"));
}

TEST_CASE("load failure: a version that the dependency lacks is named") {
    const std::string text = explain(library("libneeds_version.so"));

    CHECK(contains(text, "`" + library("libneeds_version.so").string() +
                             "` needs version `VERSIONED_9.9` of `"));
    CHECK(contains(text, "libversioned.so`, which is not in it"));
}

TEST_CASE("load failure: a C++ symbol is shown as its writer knows it") {
    const std::string text = explain_load_failure(
        library("libplain.so"), {}, {}, "/x/libplain.so: undefined symbol: _ZN8geometry4areaEii");

    CHECK(contains(text, "`_ZN8geometry4areaEii` (geometry::area(int, int))"));
}

TEST_CASE("load failure: the system's words are passed on where nothing better is known") {
    CHECK(explain_load_failure(library("libplain.so"), {}, {}, "out of luck") ==
          "cannot load the library `" + library("libplain.so").string() + "`: out of luck");
    CHECK(contains(explain_load_failure(library("libplain.so"), {}, {},
                                        "x: failed to map segment from shared object"),
                   "mounted noexec"));
}

TEST_CASE("missing symbol: the nearest names are suggested") {
    const std::string path = library("libplain.so").string();

    CHECK(explain_missing_symbol(path, "ad") ==
          "`" + path + "` does not export `ad`. Did you mean `add`?");
    CHECK(contains(explain_missing_symbol(path, "Version"), "Did you mean `version`?"));
    CHECK(contains(explain_missing_symbol(path, "qqqqqq"), "It exports `add`, `add64`"));
}

TEST_CASE("missing symbol: a C++ function is shown with the name to ask for") {
    const std::string text = explain_missing_symbol(library("libcpp_names.so"), "area");

    CHECK(contains(text, "It exports `geometry::area(int, int)` as `_ZN8geometry4areaEii`"));
    CHECK(contains(text, "extern \"C\""));
}

TEST_CASE("missing symbol: a library without exports says so") {
    CHECK(contains(explain_missing_symbol(library("libarchive.a"), "f"), "It exports no names"));
}

TEST_CASE("missing symbol: a decorated name is explained as its calling convention") {
    CHECK(explain_missing_symbol("a.dll", "f", {"_f@8", "g"}) ==
          "`a.dll` does not export `f`. It exports `_f@8`. That is a stdcall function with 8 bytes "
          "of arguments: write BRIDGE32_STDCALL in the signature, and parameters that take that "
          "much.");
    CHECK(contains(explain_missing_symbol("a.dll", "f", {"@f@12"}), "BRIDGE32_FASTCALL"));
    CHECK(contains(explain_missing_symbol("a.dll", "area", {"?area@geometry@@YAHHH@Z"}),
                   "ask for `?area@geometry@@YAHHH@Z`"));
}

TEST_CASE("missing symbol: of many exports only some are listed") {
    std::vector<std::string> names;
    for (int i = 0; i < 5000; ++i) {
        names.push_back("function_" + std::to_string(i));
    }

    const std::string text = explain_missing_symbol("a.so", "zzz", names);

    CHECK(contains(text, "It exports 5000 names, among them `function_0`"));
    CHECK(text.size() < 400);
}
