// bridge32::Library over LoadLibraryEx.
#include "bridge32/library.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>

#include "binary/load_failure.hpp"
#include "binary/missing_symbol.hpp"
#include "unit/binary/test_files.hpp"

namespace windows_library_test {

namespace {

namespace fs = std::filesystem;
using bridge32::Library;
using bridge32::detail::utf8_of;
using test_files::library;

std::string file(const std::string& name) { return utf8_of(library(name)); }

std::string failure(const std::function<void()>& action) {
    try {
        action();
    } catch (const bridge32::PluginError& error) {
        return error.what();
    }
    return "nothing was thrown";
}

std::int32_t BRIDGE32_STDCALL twice(std::int32_t item) { return 2 * item; }

}  // namespace

TEST_CASE("library: stdcall functions of Microsoft's compiler are found under their plain names") {
    const Library lib(file("decorated"));
    const auto subtract =
        lib.function<std::int32_t BRIDGE32_STDCALL(std::int32_t, std::int32_t)>("subtract");
    const auto multiply =
        lib.function<std::int32_t BRIDGE32_FASTCALL(std::int32_t, std::int32_t)>("multiply");

    for (int i = 0; i < 1000; ++i) {  // an unbalanced stack would not survive this
        CHECK(subtract(5, i) == 5 - i);
        CHECK(multiply(5, i) == 5 * i);
    }
    CHECK(lib.function<std::int32_t BRIDGE32_STDCALL()>("three")() == 3);
}

TEST_CASE("library: a stdcall function calls back by stdcall") {
    using Visit = std::int32_t(BRIDGE32_STDCALL*)(std::int32_t);
    const Library lib(file("decorated"));

    const auto sum_of = lib.function<std::int32_t BRIDGE32_STDCALL(Visit, std::int32_t)>("sum_of");

    CHECK(sum_of(twice, 4) == 12);
}

TEST_CASE("library: a decorated function is not taken for another convention's") {
    if constexpr (sizeof(void*) == 4) {
        const Library lib(file("decorated"));

        CHECK_FALSE(lib.has<std::int32_t(std::int32_t, std::int32_t)>("subtract"));
        CHECK_FALSE(lib.has<std::int32_t BRIDGE32_STDCALL(std::int32_t)>("subtract"));
        CHECK(lib.has<std::int32_t BRIDGE32_STDCALL(std::int32_t, std::int32_t)>("subtract"));
    }
}

TEST_CASE("library: a function that is forwarded to another library is called there") {
    // Wine does not look beside the library that forwards.
    const Library plain(file("plain"));
    const Library lib(file("forwards"));

    CHECK(lib.function<std::int32_t(std::int32_t, std::int32_t)>("add")(1, 2) == 3);
    CHECK(lib.function<std::int32_t(std::int32_t, std::int32_t)>("sum")(3, 4) == 7);
    CHECK_FALSE(lib.has("lost"));
    CHECK(bridge32::binary::explain_missing_symbol(lib.path(), "lost").find("Load that library") !=
          std::string::npos);
}

TEST_CASE("library: the look-up does not go on into the libraries that it needs") {
    CHECK_FALSE(Library(file("conventions")).has("GetLastError"));
}

TEST_CASE("library: the system's search finds a bare name, and path() tells where") {
    const Library lib("kernel32");

    CHECK(lib.has("GetLastError"));
    CHECK(lib.path().is_absolute());
    CHECK(lib.function<std::uint32_t BRIDGE32_STDCALL()>("GetCurrentProcessId")() != 0);
}

TEST_CASE("library: slashes and a missing extension are taken as elsewhere") {
    std::string name = file("plain");
    std::replace(name.begin(), name.end(), '\\', '/');
    name.resize(name.size() - 4);

    CHECK(Library(name).has("add"));
}

TEST_CASE("library: a library in a folder of any name is loaded, with what lies beside it") {
    const test_files::Folder folder;
    const fs::path place = folder.path() / bridge32::detail::path_from_utf8("uñicödé 日本");
    fs::create_directory(place);
    for (const char* name : {"neighbour", "beside"}) {
        fs::copy_file(library(name), place / test_files::file_of(name));
    }

    const Library lib(utf8_of(place / "libneighbour.dll"));

    CHECK(lib.function<std::int32_t()>("neighbour")() == 2);
    CHECK(fs::equivalent(lib.path(), place / "libneighbour.dll"));
}

TEST_CASE("library: without a host the number of the error explains a failure") {
    const std::string path = utf8_of(test_files::nowhere() / "nothing.dll");

    CHECK(failure([&] { (void)Library(path); }) ==
          "cannot load the library `" + path + "`: Windows error 126");
}

}  // namespace windows_library_test
