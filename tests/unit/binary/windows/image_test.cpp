// Windows files as compilers make them.
#include "binary/image.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "unit/binary/test_files.hpp"

namespace {

using namespace bridge32::binary;
using test_files::library;

}  // namespace

TEST_CASE("image: a library of this process's bitness is loadable") {
    const Image image = read_image(library("first"));

    CHECK(image.format == Format::pe);
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

TEST_CASE("image: exported names are as the linker wrote them") {
    const auto names = exported_names(library("decorated"));

    CHECK(names ==
          (kOwnBits == 32
               ? std::vector<std::string>{"@multiply@8", "_subtract@8", "_sum_of@8", "_three@0"}
               : std::vector<std::string>{"multiply", "subtract", "sum_of", "three"}));
    CHECK(exported_names(library("forwards")) ==
          std::vector<std::string>{"add", "forwards", "lost", "sum"});
}
