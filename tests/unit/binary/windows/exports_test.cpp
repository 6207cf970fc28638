#include "binary/exports.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "binary/image.hpp"
#include "unit/binary/test_files.hpp"

namespace windows_exports_test {

using namespace bridge32::binary;
using test_files::library;

TEST_CASE("image: exported names are as the linker wrote them") {
    const auto names = exported_names(library("decorated"));

    CHECK(names ==
          (kOwnBits == 32
               ? std::vector<std::string>{"@multiply@8", "_subtract@8", "_sum_of@8", "_three@0"}
               : std::vector<std::string>{"multiply", "subtract", "sum_of", "three"}));
    CHECK(exported_names(library("forwards")) ==
          std::vector<std::string>{"add", "forwards", "lost", "sum"});
}

}  // namespace windows_exports_test
