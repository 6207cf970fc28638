// Libraries that a plugin loads in the host, with Windows' rules.
#include <doctest/doctest.h>

#include <bridge32/client.hpp>
#include <bridge32/internal/text/path_text.hpp>
#include <filesystem>
#include <string>

#include "integration/support.hpp"

namespace windows_loading_test {

namespace {

namespace fs = std::filesystem;
using bridge32::Client;
using bridge32::detail::path_from_utf8;
using bridge32::detail::utf8_of;

fs::path library(const std::string& name) {
    return (test::kLibraries / "32" / ("lib" + name + ".dll")).make_preferred();
}

/// What the client reads when the plugin loads `file`.
std::string open_error(const fs::path& file) {
    auto options = test::options();
    options.kwargs = {{"library", utf8_of(file)}};
    try {
        const Client c("loads", options);
    } catch (const bridge32::PluginError& error) {
        return error.what();
    }
    return "it was loaded";
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("loading: plugin and library in a folder of any name work") {
    const test::TemporaryFolder temporary;
    const fs::path place = temporary.path() / path_from_utf8("uñicödé 日本");
    fs::create_directory(place);
    fs::copy_file(test::kPlugins / "loads.b32.dll", place / path_from_utf8("größe.b32.dll"));
    for (const char* name : {"neighbour", "beside"}) {
        fs::copy_file(library(name), place / library(name).filename());
    }
    bridge32::ClientOptions options;
    options.plugin_path = place;
    options.kwargs = {{"library", "neighbour"}, {"symbol", "neighbour"}};

    const Client c("größe", options);

    CHECK(c.call<int>("call") == 2);
    CHECK(fs::equivalent(c.get<fs::path>("path"), place / "libneighbour.dll"));

    options.plugin_path = {};
    options.environment = {{"BRIDGE32_PLUGIN_PATH", utf8_of(place)}};
    CHECK(Client("größe", options).call<int>("call") == 2);
}

TEST_CASE("loading: library_path serves the library, what it needs, and names of any kind") {
    const test::TemporaryFolder temporary;
    const fs::path place = temporary.path() / path_from_utf8("библиотеки 日本");
    const fs::path alone = temporary.path() / "alone";
    fs::create_directory(place);
    fs::create_directory(alone);
    fs::copy_file(library("beside"), place / "libbeside.dll");
    fs::copy_file(library("neighbour"), alone / "libneighbour.dll");
    auto options = test::options();
    options.kwargs = {{"library", utf8_of(alone / "libneighbour.dll")}, {"symbol", "neighbour"}};
    options.library_path = place;

    CHECK(Client("loads", options).call<int>("call") == 2);

    options.kwargs = {{"library", "beside"}, {"symbol", "beside"}};
    CHECK(Client("loads", options).call<int>("call") == 1);
}

TEST_CASE("loading: what lies in the working directory is not loaded") {
    const test::TemporaryFolder alone, working;
    fs::copy_file(library("neighbour"), alone.path() / "libneighbour.dll");
    fs::copy_file(library("beside"), working.path() / "libbeside.dll");
    auto options = test::options();
    options.kwargs = {{"library", utf8_of(alone.path() / "libneighbour.dll")}};
    options.working_directory = working.path();

    CHECK_THROWS_AS(Client("loads", options), bridge32::PluginError);
}

TEST_CASE("loading: errors name the missing DLL, the bitness, and what failed") {
    CHECK(contains(open_error(library("second")), "needs `libthird.dll`, which was not found in"));
    CHECK(contains(open_error(library("first")),
                   "needs `libsecond.dll`, which needs `libthird.dll`"));
    const fs::path other = (test::kLibraries / "64" / library("plain").filename()).make_preferred();
    CHECK(contains(open_error(other),
                   "is a 64-bit Windows library (DLL); host32 loads 32-bit ones. Use host64"));
    CHECK(contains(open_error(library("refuses")), "Its initialisation failed"));
    CHECK(contains(open_error(library("plian")), "Did you mean `libplain.dll`?"));
}

TEST_CASE("loading: a missing symbol is explained by its decorations") {
    auto options = test::options();
    options.kwargs = {{"library", utf8_of(library("decorated"))}, {"symbol", "subtract"}};
    try {
        const Client c("loads", options);
        FAIL("it was found");
    } catch (const bridge32::PluginError& error) {
        CHECK(contains(error.what(), "It exports `_subtract@8`. That is a stdcall function"));
    }
}

}  // namespace windows_loading_test
