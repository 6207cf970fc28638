#include "os/path.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <vector>

#include "unit/binary/test_files.hpp"

namespace linux_path_test {

using namespace bridge32::os;
namespace fs = std::filesystem;

TEST_CASE("path: the steps to a file begin at the root and end with it") {
    CHECK(steps_to("/opt/plugins/a.so") ==
          std::vector<fs::path>{"/", "/opt", "/opt/plugins", "/opt/plugins/a.so"});
    CHECK(steps_to("/") == std::vector<fs::path>{"/"});
}

TEST_CASE("path: a canonical path has its links resolved") {
    const test_files::Folder folder;
    const fs::path real = fs::canonical(folder.path());
    fs::create_directory(folder.path() / "real");
    fs::create_directory_symlink("real", folder.path() / "link");
    std::error_code error;

    CHECK(canonical_path(folder.path() / "link" / ".", error) == real / "real");
    CHECK_FALSE(error);
    CHECK(absolute_path(folder.path() / "link") == folder.path() / "link");
}

}  // namespace linux_path_test
