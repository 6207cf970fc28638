#include "os/file_access.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace linux_file_access_test {

using bridge32::os::foreign_writer;
namespace fs = std::filesystem;

namespace {

constexpr uid_t kNobody = 65534;
constexpr gid_t kNotOurs = 12345;

/// ROOT/folder/file, closed to others at first.
class Place {
public:
    Place() {
        std::string pattern = (fs::temp_directory_path() / "bridge32-test-XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        root = fs::canonical(pattern);
        folder = root / "folder";
        file = folder / "file";
        fs::create_directory(folder);
        std::ofstream(file) << "content";
        set(root, 0755);
        set(folder, 0755);
        set(file, 0644);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() {
        std::error_code ignored;
        fs::remove_all(root, ignored);
    }

    static void set(const fs::path& path, mode_t mode) {
        REQUIRE(::chmod(path.c_str(), mode) == 0);
    }

    fs::path root;
    fs::path folder;
    fs::path file;
};

}  // namespace

TEST_CASE("file access: what its user alone can write to is closed") {
    const Place place;
    CHECK_FALSE(foreign_writer(place.file));
    CHECK_FALSE(foreign_writer(place.folder / "no such file"));
}

TEST_CASE("file access: what every user can write to is named, and how to close it") {
    const Place place;
    fs::path open = place.file;
    SUBCASE("the file") { place.set(open, 0646); }
    SUBCASE("its folder") { place.set(open = place.folder, 0757); }
    SUBCASE("a folder further up") { place.set(open = place.root, 0757); }

    const auto writer = foreign_writer(place.file);

    CHECK(writer.path == open);
    CHECK(writer.who == "every user can write to it");
    CHECK(writer.remedy == "chmod o-w " + open.string());
}

TEST_CASE("file access: nobody replaces what lies in a sticky folder") {
    const Place place;
    place.set(place.folder, 01777);
    CHECK_FALSE(foreign_writer(place.file));

    place.set(place.file, 0666);
    CHECK(foreign_writer(place.file).path == place.file);
}

TEST_CASE("file access: a link counts, and what it leads to") {
    const Place place;
    const Place links;
    const auto link = links.folder / "link";
    fs::create_symlink(place.file, link);
    CHECK_FALSE(foreign_writer(link));

    SUBCASE("where it lies") {
        place.set(links.folder, 0777);
        CHECK(foreign_writer(link).path == links.folder);
    }
    SUBCASE("where it leads") {
        place.set(place.folder, 0777);
        CHECK(foreign_writer(link).path == place.folder);
    }
}

TEST_CASE("file access: a group that is not its user's own alone is somebody else") {
    if (::geteuid() != 0) {
        MESSAGE("[skipped] only root can give a file to any group");
        return;
    }
    const Place place;
    place.set(place.file, 0664);
    place.set(place.folder, 0775);
    CHECK_FALSE(foreign_writer(place.file));  // the group root has the user's name

    REQUIRE(::chown(place.file.c_str(), 0, kNotOurs) == 0);

    const auto writer = foreign_writer(place.file);
    CHECK(writer.path == place.file);
    CHECK(writer.who == "the group 12345 can write to it");
    CHECK(writer.remedy == "chmod g-w " + place.file.string());
    place.set(place.file, 0644);
    CHECK_FALSE(foreign_writer(place.file));
}

TEST_CASE("file access: what belongs to another user is that user's to change") {
    if (::geteuid() != 0) {
        MESSAGE("[skipped] only root can give a file away");
        return;
    }
    const Place place;
    fs::path given = place.file;
    SUBCASE("the file") {}
    SUBCASE("its folder") { given = place.folder; }
    REQUIRE(::chown(given.c_str(), kNobody, 0) == 0);

    const auto writer = foreign_writer(place.file);

    CHECK(writer.path == given);
    CHECK(writer.who == "it belongs to another user (uid 65534)");
}

}  // namespace linux_file_access_test
