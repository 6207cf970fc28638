#include "os/user_folder.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bridge32/error.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "unit/os/runtime_folder.hpp"

namespace linux_user_folder_test {

using namespace bridge32;
using bridge32::os::OwnedFile;
using bridge32::os::user_runtime_folder;
using bridge32::test::RuntimeFolder;
namespace fs = std::filesystem;

namespace {

mode_t mode_of(const fs::path& path) {
    struct stat info {};
    REQUIRE(::stat(path.c_str(), &info) == 0);
    return info.st_mode & 07777;
}

}  // namespace

TEST_CASE("user folder: it lies in XDG_RUNTIME_DIR, closed to others") {
    const RuntimeFolder runtime;

    const auto folder = user_runtime_folder();

    CHECK(folder == runtime.path() / "bridge32");
    CHECK(mode_of(folder) == 0700);
    CHECK(user_runtime_folder() == folder);
}

TEST_CASE("user folder: an XDG_RUNTIME_DIR that others can enter is not used") {
    const RuntimeFolder runtime;
    ::chmod(runtime.path().c_str(), 0755);

    CHECK(user_runtime_folder() == runtime.home() / ".cache" / "bridge32");
    CHECK(mode_of(user_runtime_folder()) == 0700);
}

TEST_CASE("user folder: a folder open to others is rejected") {
    const RuntimeFolder runtime;
    const auto folder = user_runtime_folder();
    ::chmod(folder.c_str(), 0750);

    CHECK_THROWS_AS(user_runtime_folder(), Error);
}

TEST_CASE("user folder: a folder that others can rename is rejected") {
    const RuntimeFolder runtime;
    ::chmod(runtime.path().c_str(), 0755);  // so that the home is used
    CHECK_NOTHROW(user_runtime_folder());
    ::chmod((runtime.home() / ".cache").c_str(), 0777);

    CHECK_THROWS_WITH_AS(user_runtime_folder(), doctest::Contains("other users could replace it"),
                         Error);
}

TEST_CASE("user folder: a link is rejected") {
    const RuntimeFolder runtime;
    fs::create_directory_symlink(runtime.home(), runtime.path() / "bridge32");

    CHECK_THROWS_AS(user_runtime_folder(), Error);
}

TEST_CASE("user folder: a file has one owner, and none when that has gone") {
    const RuntimeFolder runtime;
    const auto path = user_runtime_folder() / "lab.host";
    CHECK_FALSE(OwnedFile::is_owned(path));
    CHECK(OwnedFile::read(path).empty());

    auto owner = OwnedFile::claim(path);
    REQUIRE(owner.has_value());
    owner->write("a longer content");
    owner->write("content");

    CHECK(mode_of(path) == 0600);
    CHECK(OwnedFile::read(path) == "content");
    CHECK(OwnedFile::is_owned(path));
    CHECK_FALSE(OwnedFile::claim(path).has_value());
    OwnedFile moved(std::move(*owner));
    owner.reset();
    CHECK(OwnedFile::is_owned(path));
    { const OwnedFile last(std::move(moved)); }
    CHECK_FALSE(OwnedFile::is_owned(path));
    CHECK_FALSE(fs::exists(path));
    CHECK(OwnedFile::claim(path).has_value());
}

TEST_CASE("user folder: a file whose owner was killed can be claimed, with its old content") {
    const RuntimeFolder runtime;
    const auto path = user_runtime_folder() / "lab.host";
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        auto owner = OwnedFile::claim(path);
        owner->write("old");
        ::_exit(0);  // as if killed: no destructor runs
    }
    REQUIRE(::waitpid(child, nullptr, 0) == child);

    CHECK_FALSE(OwnedFile::is_owned(path));
    CHECK(OwnedFile::read(path) == "old");
    CHECK(OwnedFile::claim(path).has_value());
}

}  // namespace linux_user_folder_test
