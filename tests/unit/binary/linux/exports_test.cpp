#include "binary/exports.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "unit/binary/test_files.hpp"

namespace linux_exports_test {

using bridge32::binary::exported_names;
using test_files::library;

TEST_CASE("image: exported names have no versions") {
    CHECK(exported_names(library("versioned")) == std::vector<std::string>{"versioned"});
}

}  // namespace linux_exports_test
