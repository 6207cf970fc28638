// bridge32::Library over dlopen.
#include "bridge32/library.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>

#include "unit/binary/test_files.hpp"

namespace linux_library_test {

namespace {

using bridge32::Library;
using bridge32::detail::utf8_of;
using test_files::library;

std::string failure(const std::function<void()>& action) {
    try {
        action();
    } catch (const bridge32::PluginError& error) {
        return error.what();
    }
    return "nothing was thrown";
}

}  // namespace

TEST_CASE("library: a dependency's symbol is found under its exact name only") {
    const Library lib(utf8_of(library("conventions")));

    CHECK(lib.has("tgamma"));
    CHECK_FALSE(lib.has("Exit"));  // the C library's _Exit is not meant
}

TEST_CASE("library: the system's search finds a bare name, and path() tells where") {
    const Library lib("libc.so.6");

    CHECK(lib.has("strlen"));
    CHECK(lib.path().is_absolute());
    CHECK(lib.path().filename() == "libc.so.6");
}

TEST_CASE("library: without a host the system's own words explain a failure") {
    const std::string text = failure([] { Library("/nowhere/libnothing.so"); });

    CHECK(text.find("cannot load the library `/nowhere/libnothing.so`") == 0);
    CHECK(text.find("No such file or directory") != std::string::npos);
    CHECK(text.find("dlerror") == std::string::npos);
}

}  // namespace linux_library_test
