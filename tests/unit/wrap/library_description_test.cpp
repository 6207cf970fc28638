#include "tool/wrap/library_description.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>

#include "bridge32/error.hpp"
#include "tool/wrap/elf_library.hpp"

namespace library_description_test {

using namespace bridge32::tool;

namespace {

LibraryDescription vendor() {
    LibraryDescription library;
    library.file_name = library.soname = "libvendor.so.2";
    library.interface_file = "vendor.b32i";
    library.versions = {"VENDOR_1", "VENDOR_2"};
    library.functions = {{"add", "VENDOR_1", false}, {"add", "VENDOR_2"}, {"plain"}};
    library.constants = {{"table", "\1\2\3"}};
    return library;
}

/// The message when the description is changed so; empty when it is taken.
std::string refusal(const std::function<void(LibraryDescription&)>& change) {
    auto library = vendor();
    change(library);
    try {
        elf_library(library);
    } catch (const bridge32::Error& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("drop-in library: what cannot be written is refused with the reason") {
    CHECK(refusal([](auto&) {}) == "");
    CHECK(refusal([](auto& library) { library.functions.clear(); }) ==
          "the library libvendor.so.2 would export no function; give an interface with at least "
          "one");
    CHECK(refusal([](auto& library) { library.functions.push_back({"plain"}); }) ==
          "plain is exported twice; each name and version can stand once");
    CHECK(refusal([](auto& library) {
              library.constants.push_back({"plain", "x"});
          }) == "plain is exported twice; each name and version can stand once");
    CHECK(refusal([](auto& library) { library.functions[0].is_default_version = true; }) ==
          "add has two default versions: VENDOR_2 and VENDOR_1");
    CHECK(refusal([](auto& library) { library.functions[0].version = "VENDOR_3"; }) ==
          "the library does not define the version of add@VENDOR_3");
    CHECK(refusal([](auto& library) { library.functions[2].is_default_version = false; }) ==
          "without a version plain must be the default");
    CHECK(refusal([](auto& library) { library.versions.push_back("VENDOR_1"); }) ==
          "two versions are called VENDOR_1");
    CHECK(refusal([](auto& library) { library.functions.push_back({""}); }) ==
          "the name of an export is empty");
    CHECK(refusal([](auto& library) { library.functions[2].name = std::string("a\0b", 3); }) ==
          "the name of an export contains a zero byte: a");
    CHECK(refusal([](auto& library) { library.file_name = "../libvendor.so"; }) ==
          "the library's file name must be a name without a folder: ../libvendor.so");
    CHECK(refusal([](auto& library) { library.interface_file = ""; }) ==
          "the name of the interface file is empty");
    CHECK(refusal([](auto& library) {
              library.functions.push_back({"", "", true, 3});
          }) == "a function without a name cannot be exported on Linux");
}

TEST_CASE("drop-in library: the same description gives the same bytes, another one another id") {
    const auto library = elf_library(vendor());
    auto renamed = vendor();
    renamed.functions[2].name = "Plain";

    CHECK(elf_library(vendor()) == library);
    const auto other = elf_library(renamed);
    REQUIRE(other.size() == library.size());
    const std::size_t id_at = library.find(std::string("\x04\0\0\0\x10\0\0\0\x03\0\0\0GNU\0", 16));
    REQUIRE(id_at != std::string::npos);
    CHECK(other.substr(id_at + 16, 16) != library.substr(id_at + 16, 16));
}

}  // namespace library_description_test
