#include "os/path.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <vector>

#include "unit/binary/test_files.hpp"

namespace windows_path_test {

using namespace bridge32::os;
namespace fs = std::filesystem;

TEST_CASE("path: a share is absolute, and stays a share") {
    CHECK(is_absolute(LR"(\\server\share)"));
    CHECK(absolute_path(LR"(\\server\share\a)").native() == LR"(\\server\share\a)");
    CHECK(normal_path(LR"(\\server\share\b\..\a\)").native() == LR"(\\server\share\a)");
    CHECK(join_paths(LR"(\\server\share)", L"a").native() == LR"(\\server\share\a)");
    CHECK_FALSE(is_absolute(LR"(\a)"));
    CHECK_FALSE(is_absolute(L"C:a"));
    CHECK_FALSE(is_bare_name(L"C:a"));
    CHECK(is_absolute(absolute_path(LR"(\a)")));
}

TEST_CASE("path: the steps to a file begin at its drive or share and end with it") {
    CHECK(steps_to(LR"(C:\a\b.dll)") ==
          std::vector<fs::path>{LR"(C:\)", LR"(C:\a)", LR"(C:\a\b.dll)"});
    CHECK(steps_to(LR"(\\server\share\a)") ==
          std::vector<fs::path>{LR"(\\server\share\)", LR"(\\server\share\a)"});
}

TEST_CASE("path: a canonical path has a drive and no prefix") {
    const test_files::Folder folder;
    std::error_code error;

    const auto found = canonical_path(folder.path() / L".", error);

    CHECK_FALSE(error);
    CHECK(is_absolute(found));
    CHECK_FALSE(found.native().starts_with(LR"(\\?\)"));
    CHECK(fs::equivalent(found, folder.path()));
}

}  // namespace windows_path_test
