#include "os/user_folder.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <utility>

#include "unit/os/runtime_folder.hpp"

namespace windows_user_folder_test {

using bridge32::os::OwnedFile;
using bridge32::os::user_runtime_folder;
using bridge32::test::RuntimeFolder;

TEST_CASE("user folder: it lies in LOCALAPPDATA") {
    const RuntimeFolder runtime;

    CHECK(user_runtime_folder() == runtime.path() / "bridge32");
    CHECK(std::filesystem::is_directory(user_runtime_folder()));
}

TEST_CASE("user folder: a file has one owner, and none when that has gone") {
    const RuntimeFolder runtime;
    const auto path = user_runtime_folder() / "lab.host";
    CHECK_FALSE(OwnedFile::is_owned(path));
    CHECK(OwnedFile::read(path).empty());

    auto owner = OwnedFile::claim(path);
    REQUIRE(owner.has_value());
    owner->write("longer content");
    owner->write("content");

    CHECK(OwnedFile::read(path) == "content");
    CHECK(OwnedFile::is_owned(path));
    CHECK_FALSE(OwnedFile::claim(path).has_value());
    {
        const OwnedFile last(std::move(*owner));
        CHECK(OwnedFile::is_owned(path));
    }
    CHECK_FALSE(OwnedFile::is_owned(path));
    CHECK_FALSE(std::filesystem::exists(path));
    CHECK(OwnedFile::claim(path).has_value());
}

}  // namespace windows_user_folder_test
