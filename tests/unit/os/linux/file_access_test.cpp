#include "os/file_access.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "support/linux/in_child.hpp"

namespace linux_file_access_test {

using bridge32::os::closed_file;
using bridge32::os::closed_folder;
using bridge32::os::ClosedPath;
using bridge32::test::in_child;
using Refusal = ClosedPath::Refusal;
namespace fs = std::filesystem;

namespace {

constexpr uid_t kNobody = 65534;
constexpr uid_t kSomebody = 4321;
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
    static void give(const fs::path& path, uid_t user, gid_t group = 0) {
        REQUIRE(::lchown(path.c_str(), user, group) == 0);
    }

    fs::path root;
    fs::path folder;
    fs::path file;
};

bool only_root_can(const char* what) {
    if (::geteuid() == 0) return true;
    MESSAGE("[skipped] only root can " << what);
    return false;
}

/// Sets an access control list: what everybody has by mode 0755, and one entry more. False where
/// the file system has none.
bool set_list(const fs::path& path, std::uint16_t tag, std::uint32_t id, std::uint16_t mask = 7) {
    struct {
        posix_acl_xattr_header header{POSIX_ACL_XATTR_VERSION};
        posix_acl_xattr_entry entries[5];
    } list;
    const posix_acl_xattr_entry one{tag, 7, id};
    const auto none = static_cast<std::uint32_t>(-1);
    std::size_t count = 0;
    list.entries[count++] = {ACL_USER_OBJ, 7, none};
    if (tag == ACL_USER) list.entries[count++] = one;
    list.entries[count++] = {ACL_GROUP_OBJ, 5, none};
    if (tag == ACL_GROUP) list.entries[count++] = one;
    list.entries[count++] = {ACL_MASK, mask, none};
    list.entries[count++] = {ACL_OTHER, 5, none};
    if (::setxattr(path.c_str(), "system.posix_acl_access", &list, sizeof list, 0) == 0)
        return true;
    MESSAGE("[skipped] no access control lists in " << path << ": " << std::strerror(errno));
    return false;
}

/// Replaces /etc/FILE for this process alone, which must be a child.
bool see_instead(const fs::path& system_file, const std::string& content, const Place& place) {
    const auto other = place.root / system_file.filename();
    std::ofstream(other) << content;
    return ::mount(other.c_str(), system_file.c_str(), nullptr, MS_BIND, nullptr) == 0;
}

std::string content_of(const char* file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

TEST_CASE("file access: what its user alone can write to is closed, and resolved") {
    const Place place;

    CHECK(closed_file(place.file).path == place.file);
    CHECK(closed_file(place.folder / ".." / "folder" / "." / "file").path == place.file);
    CHECK(closed_folder(place.folder).path == place.folder);
}

TEST_CASE("file access: what cannot be looked at is refused") {
    const Place place;
    fs::path path = place.folder / "no such file";
    SUBCASE("no such file") {}
    SUBCASE("a file as a folder") { path = place.file / "x"; }
    SUBCASE("a file as a folder, and back") { path = place.file / ".." / "file"; }
    SUBCASE("a link to nothing") {
        path = place.folder / "link";
        fs::create_symlink("nowhere", path);
    }
    SUBCASE("a link to itself") {
        path = place.folder / "link";
        fs::create_symlink("link", path);
    }

    const auto closed = closed_file(path);

    CHECK(closed.refusal == Refusal::kUnknown);
    CHECK(closed.path.empty());
    CHECK_FALSE(closed.found.empty());
}

TEST_CASE("file access: a folder that this user cannot search is refused") {
    if (!only_root_can("become another user")) return;
    const Place place;
    place.set(place.root, 0700);

    CHECK(in_child([&] {
              if (::setgid(kNobody) != 0 || ::setuid(kSomebody) != 0) return 1;
              const auto closed = closed_file(place.file);
              return closed.refusal == Refusal::kUnknown && closed.at == place.folder ? 0 : 2;
          }) == 0);
}

TEST_CASE("file access: what every user can write to is named, and how to close it") {
    const Place place;
    fs::path open = place.file;
    SUBCASE("the file") { place.set(open, 0646); }
    SUBCASE("its folder") { place.set(open = place.folder, 0757); }
    SUBCASE("a folder further up") { place.set(open = place.root, 0757); }

    const auto closed = closed_file(place.file);

    CHECK(closed.refusal == Refusal::kForeign);
    CHECK(closed.path.empty());
    CHECK(closed.at == open);
    CHECK(closed.found == "every user can write to it");
    CHECK(closed.remedy == "chmod o-w " + open.string());
}

TEST_CASE("file access: nobody replaces what lies in a sticky folder") {
    const Place place;
    place.set(place.folder, 01777);
    CHECK(closed_file(place.file));

    place.set(place.file, 0666);
    CHECK(closed_file(place.file).at == place.file);
}

TEST_CASE("file access: every link on the way counts, and what it leads to") {
    const Place place;
    const Place middle;
    const Place links;
    // links/folder/link -> middle/folder/to -> place/folder, of which the file is wanted.
    fs::create_symlink(place.folder, middle.folder / "to");
    fs::create_symlink(middle.folder / "to", links.folder / "link");
    const auto path = links.folder / "link" / "file";
    CHECK(closed_file(path).path == place.file);

    fs::path open;
    SUBCASE("where the first lies") { open = links.folder; }
    SUBCASE("where the second lies") { open = middle.folder; }
    SUBCASE("above the second") { open = middle.root; }
    SUBCASE("where it leads") { open = place.folder; }
    place.set(open, 0777);

    CHECK(closed_file(path).at == open);
}

TEST_CASE("file access: relative links and links with .. are followed as the system does") {
    const Place place;
    fs::create_directory(place.folder / "deep");
    fs::create_symlink("deep", place.folder / "short");
    fs::create_symlink("short/../file", place.folder / "link");

    CHECK(closed_file(place.folder / "link").path == place.file);
    CHECK(closed_file(place.folder / "short" / ".." / "file").path == place.file);
}

TEST_CASE("file access: forty links are followed, more are not") {
    const Place place;
    fs::create_symlink("file", place.folder / "1");
    for (int i = 2; i <= 41; ++i)
        fs::create_symlink(std::to_string(i - 1), place.folder / std::to_string(i));

    CHECK(closed_file(place.folder / "40").path == place.file);
    CHECK(closed_file(place.folder / "41").refusal == Refusal::kUnknown);
}

TEST_CASE("file access: only a regular file is one") {
    const Place place;
    const auto path = place.folder / "other";
    std::string kind;
    SUBCASE("a pipe") {
        REQUIRE(::mkfifo(path.c_str(), 0644) == 0);
        kind = "a named pipe";
    }
    SUBCASE("a folder") {
        fs::create_directory(path);
        kind = "a folder";
    }
    SUBCASE("a device behind a link") {
        fs::create_symlink("/dev/zero", path);
        kind = "a device";
    }

    CHECK(bridge32::os::kind_unless_regular(path) == kind);
    CHECK_FALSE(closed_file(path));
    if (kind == "a named pipe") {
        CHECK(closed_file(path).refusal == Refusal::kNotRegular);
        CHECK(closed_file(path).found == "it is a named pipe, not a regular file");
    }
    CHECK(bridge32::os::kind_unless_regular(place.file).empty());
}

TEST_CASE("file access: what belongs to another user is that user's to change") {
    if (!only_root_can("give a file away")) return;
    const Place place;
    const auto link = place.folder / "link";
    fs::create_symlink("file", link);
    fs::path given = place.file;
    SUBCASE("the file") {}
    SUBCASE("its folder") { given = place.folder; }
    SUBCASE("a folder further up") { given = place.root; }
    SUBCASE("a link to it") { given = link; }
    place.give(given, kNobody);

    const auto closed = closed_file(link);

    CHECK(closed.refusal == Refusal::kForeign);
    CHECK(closed.at == given);
    CHECK(closed.found == "it belongs to another user (uid 65534)");
}

TEST_CASE("file access: a group that is not root's or this user's own is somebody else") {
    if (!only_root_can("give a file to any group")) return;
    const Place place;
    place.set(place.file, 0664);
    place.set(place.folder, 0775);
    CHECK(closed_file(place.file));  // nobody but root is in the group root

    fs::path given = place.file;
    SUBCASE("the file") {}
    SUBCASE("its folder") { given = place.folder; }
    place.give(given, 0, kNotOurs);

    const auto closed = closed_file(place.file);
    CHECK(closed.at == given);
    CHECK(closed.found == "the group 12345 can write to it");
    CHECK(closed.remedy == "chmod g-w " + given.string());
}

TEST_CASE("file access: a group counts as soon as somebody else is in it") {
    if (!only_root_can("replace /etc/passwd")) return;
    const Place place;
    place.set(place.file, 0664);
    const std::string users = content_of("/etc/passwd") + "me:x:4321:4321::/:/bin/false\n";
    const std::string groups = content_of("/etc/group");
    std::string more_users;
    std::string group = "me:x:4321:\n";
    bool closed = false;
    SUBCASE("this user's own") { closed = true; }
    SUBCASE("with root in it") {
        group = "me:x:4321:root,me\n";
        closed = true;
    }
    SUBCASE("another member") { group = "me:x:4321:nobody\n"; }
    SUBCASE("another's own group too") { more_users = "other:x:4322:4321::/:/bin/false\n"; }
    SUBCASE("a second entry of the group") { group += "also:x:4321:nobody\n"; }
    SUBCASE("a group that nobody knows") { group.clear(); }

    const int code = in_child([&] {
        if (::unshare(CLONE_NEWNS) != 0 ||
            ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            !see_instead("/etc/passwd", users + more_users, place) ||
            !see_instead("/etc/group", groups + group, place)) {
            return 77;
        }
        place.give(place.file, kSomebody, kSomebody);
        if (::setgid(kSomebody) != 0 || ::setuid(kSomebody) != 0) return 78;
        return closed_file(place.file) ? 1 : 0;
    });

    if (code == 77) {
        MESSAGE("[skipped] this system does not let root mount");
        return;
    }
    CHECK(code == (closed ? 1 : 0));
}

TEST_CASE("file access: an access control list counts like the mode") {
    const Place place;
    fs::path open = place.file;
    std::uint16_t tag = ACL_USER;
    const char* who = "user 4321";
    SUBCASE("of the file") {}
    SUBCASE("of its folder") { open = place.folder; }
    SUBCASE("of a folder further up") { open = place.root; }
    SUBCASE("for a group") {
        tag = ACL_GROUP;
        who = "group 4321";
    }
    if (!set_list(open, tag, kSomebody)) return;

    const auto closed = closed_file(place.file);

    CHECK(closed.refusal == Refusal::kForeign);
    CHECK(closed.at == open);
    CHECK(closed.found == "its access control list lets the " + std::string(who) + " write to it");
    CHECK(closed.remedy == "setfacl -b " + open.string());
    REQUIRE(set_list(open, tag, kSomebody, 5));  // masked out
    CHECK(closed_file(place.file));
    REQUIRE(set_list(open, ACL_USER, ::geteuid()));
    CHECK(closed_file(place.file));
}

TEST_CASE("file access: an owner that a user namespace does not know is another user") {
    if (!only_root_can("write any map")) return;
    const Place place;
    const Place theirs;
    theirs.give(theirs.file, kSomebody);
    const auto write = [](const char* file, const std::string& text) {
        std::ofstream stream(file);
        return static_cast<bool>(stream << text << std::flush);
    };
    bool mapped = false;
    SUBCASE("root is itself") { mapped = true; }
    SUBCASE("nobody is known") {}

    const int code = in_child([&] {
        if (::unshare(CLONE_NEWUSER) != 0) return 77;
        if (mapped && !write("/proc/self/uid_map", "0 0 1")) return 77;
        // Root's, or what looks like the process's own user; and the other's.
        const bool own = static_cast<bool>(closed_file(place.file));
        const auto other = closed_file(theirs.file);
        return own == mapped && other.refusal == Refusal::kForeign ? 0 : 1;
    });

    if (code == 77) {
        MESSAGE("[skipped] this system does not let root make a user namespace");
        return;
    }
    CHECK(code == 0);
}

}  // namespace linux_file_access_test
