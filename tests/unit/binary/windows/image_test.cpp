// Windows files as compilers make them.
#include "binary/image.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "unit/binary/test_files.hpp"

namespace windows_image_test {

namespace {

using namespace bridge32::binary;
using test_files::library;

}  // namespace

TEST_CASE("image: a library of this process's bitness is loadable") {
    const Image image = read_image(library("first"));

    CHECK(image.format == Format::kPe);
    CHECK(image.bits == kOwnBits);
    CHECK(image.machine == kOwnMachine);
    CHECK(image.is_library);
    CHECK_FALSE(image.is_damaged);
    CHECK_FALSE(image.is_dotnet);
    CHECK(is_loadable(image));
    CHECK(std::count(image.needed.begin(), image.needed.end(), "libsecond.dll") == 1);
    CHECK_FALSE(is_loadable(read_image(test_files::other_library("first"))));
}

TEST_CASE("image: the names that are imported from each library are read") {
    for (const Imports& imports : imported_names(library("first"))) {
        CHECK_FALSE(imports.names.empty());
        if (imports.library == "libsecond.dll") {
            CHECK(imports.names == std::vector<std::string>{"second"});
        }
    }
    CHECK(imported_names(library("first")).size() == read_image(library("first")).needed.size());
}

}  // namespace windows_image_test
