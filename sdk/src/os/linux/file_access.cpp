#include "os/file_access.hpp"

#include <grp.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <deque>
#include <fstream>
#include <memory>
#include <set>

#include "os/path.hpp"

namespace bridge32::os {

namespace fs = std::filesystem;

namespace {

using Refusal = ClosedPath::Refusal;

constexpr int kMostLinks = 40;            // as the kernel follows
constexpr std::uint32_t kNoId = 65534;    // what stands for an id that a namespace does not know
constexpr std::size_t kAclBytes = 65536;  // the most that an attribute can have

ClosedPath refused(Refusal why, const fs::path& at, std::string found, std::string remedy) {
    return {{}, why, at, std::move(found), std::move(remedy), {}};
}

ClosedPath unknown(const fs::path& at, int error) {
    return refused(Refusal::kUnknown, at, std::strerror(error),
                   "correct the path, or make its folders searchable for this user");
}

/// False in a user namespace that leaves ids out, and where that cannot be told.
bool knows_all_ids() {
    std::ifstream map("/proc/self/uid_map");
    std::uint64_t known = 0;
    std::uint64_t inside = 0;
    std::uint64_t outside = 0;
    for (std::uint64_t count = 0; map >> inside >> outside >> count;)
        known += count;
    constexpr std::uint64_t kAll = 0xFFFFFFFF;  // the last id means none
    return known >= kAll;
}

bool is_ours(uid_t owner) {
    if (owner == 0) return true;
    return owner == ::geteuid() && (owner != kNoId || knows_all_ids());
}

using File = std::unique_ptr<std::FILE, decltype(&std::fclose)>;

/// True if the group is root's or this user's own, and nobody else is in it. Reads the files
/// themselves: what a directory service adds is neither known to be complete, nor worth loading its
/// library into this process.
bool is_closed_group(gid_t group) {
    const File users(std::fopen("/etc/passwd", "re"), &std::fclose);
    const File groups(std::fopen("/etc/group", "re"), &std::fclose);
    if (users == nullptr || groups == nullptr || group == kNoId) return false;
    std::vector<char> text(65536);
    bool own = group == 0;
    std::set<std::string> names;
    passwd user{};
    passwd* found_user = nullptr;
    int error = 0;
    while ((error = ::fgetpwent_r(users.get(), &user, text.data(), text.size(), &found_user)) ==
           0) {
        const bool ours = is_ours(user.pw_uid);
        if (ours) names.insert(user.pw_name);
        if (user.pw_gid != group) continue;
        if (!ours) return false;
        own = true;
    }
    if (!own || error != ENOENT) return false;  // ENOENT: the end
    struct group entry {};
    struct group* found_group = nullptr;
    bool known = false;
    while ((error = ::fgetgrent_r(groups.get(), &entry, text.data(), text.size(), &found_group)) ==
           0) {
        if (entry.gr_gid != group) continue;
        known = true;
        for (char** member = entry.gr_mem; *member != nullptr; ++member) {
            if (!names.contains(*member)) return false;
        }
    }
    return known && error == ENOENT;
}

ClosedPath open_to_group(const fs::path& path, gid_t group) {
    return refused(Refusal::kForeign, path,
                   "the group " + std::to_string(group) + " can write to it",
                   "chmod g-w " + utf8_of(path));
}

/// Of something that its group can write to by its mode, which includes all whom a list adds.
ClosedPath look_at_groups(const fs::path& path, const struct stat& info) {
    std::vector<std::byte> list(kAclBytes);
    const ssize_t size =
        ::lgetxattr(path.c_str(), "system.posix_acl_access", list.data(), list.size());
    if (size < 0 && (errno == ENODATA || errno == EOPNOTSUPP)) {
        return is_closed_group(info.st_gid) ? ClosedPath{} : open_to_group(path, info.st_gid);
    }
    posix_acl_xattr_header header{};
    constexpr std::size_t kEntry = sizeof(posix_acl_xattr_entry);
    const auto bytes = static_cast<std::size_t>(size < 0 ? 0 : size);
    if (bytes >= sizeof header) std::memcpy(&header, list.data(), sizeof header);
    if (bytes < sizeof header || header.a_version != POSIX_ACL_XATTR_VERSION ||
        (bytes - sizeof header) % kEntry != 0) {
        return refused(Refusal::kUnknown, path, "its access control list cannot be read",
                       "setfacl -b " + utf8_of(path));
    }
    std::vector<posix_acl_xattr_entry> entries((bytes - sizeof header) / kEntry);
    if (!entries.empty()) {
        std::memcpy(entries.data(), list.data() + sizeof header, entries.size() * kEntry);
    }
    for (const auto& entry : entries) {
        if ((entry.e_perm & ACL_WRITE) == 0) continue;
        const bool user = entry.e_tag == ACL_USER && !is_ours(entry.e_id);
        const bool group = entry.e_tag == ACL_GROUP && !is_closed_group(entry.e_id);
        if (entry.e_tag == ACL_GROUP_OBJ && !is_closed_group(info.st_gid)) {
            return open_to_group(path, info.st_gid);
        }
        if (user || group) {
            return refused(Refusal::kForeign, path,
                           "its access control list lets the " +
                               std::string(user ? "user " : "group ") + std::to_string(entry.e_id) +
                               " write to it",
                           "setfacl -b " + utf8_of(path));
        }
    }
    return {};
}

/// Who can change a folder or file, or what lies in a folder.
ClosedPath look_at(const fs::path& path, const struct stat& info) {
    if (!is_ours(info.st_uid)) {
        const bool not_known = info.st_uid == kNoId && !knows_all_ids();
        return refused(Refusal::kForeign, path,
                       "it belongs to another user (uid " + std::to_string(info.st_uid) +
                           (not_known ? ", which stands for all that this user namespace does not "
                                        "know)"
                                      : ")"),
                       not_known               ? "map its owner into the namespace"
                       : S_ISLNK(info.st_mode) ? "chown -h it to this user or to root"
                                               : "chown it to this user or to root");
    }
    // A link's mode means nothing. In a sticky folder nobody replaces what belongs to others, which
    // is looked at next.
    if (S_ISLNK(info.st_mode) || (S_ISDIR(info.st_mode) && (info.st_mode & S_ISVTX) != 0)) {
        return {};
    }
    if ((info.st_mode & S_IWOTH) != 0) {
        return refused(Refusal::kForeign, path, "every user can write to it",
                       "chmod o-w " + utf8_of(path));
    }
    return (info.st_mode & S_IWGRP) != 0 ? look_at_groups(path, info) : ClosedPath{};
}

/// Puts the names of `path` before those that are still to come.
void add_names(std::deque<std::string>& names, const std::string& path) {
    const PathParts parts = split_path(path, PathRules::kPosix);
    names.insert(names.begin(), parts.names.begin(), parts.names.end());
}

ClosedPath follow(const fs::path& path, bool to_folder) {
    const fs::path given = absolute_path(path);
    if (!is_absolute(given)) return unknown(given, ENOENT);
    std::deque<std::string> names;
    add_names(names, given.native());
    fs::path at = "/";  // where we are: without links, and closed
    struct stat info {};
    if (::lstat(at.c_str(), &info) != 0) return unknown(at, errno);
    if (auto open = look_at(at, info); !open) return open;
    for (int links = 0; !names.empty();) {
        const std::string name = std::move(names.front());
        names.pop_front();
        if (!S_ISDIR(info.st_mode)) return unknown(at, ENOTDIR);
        if (name == "..") {
            at = at.parent_path();  // which was looked at on the way here
            continue;
        }
        fs::path next = at / name;
        if (::lstat(next.c_str(), &info) != 0) return unknown(next, errno);
        if (auto open = look_at(next, info); !open) return open;
        if (!S_ISLNK(info.st_mode)) {
            at = std::move(next);
            continue;
        }
        if (++links > kMostLinks) return unknown(next, ELOOP);
        std::array<char, PATH_MAX> target{};
        const ssize_t size = ::readlink(next.c_str(), target.data(), target.size());
        if (size <= 0 || size == ssize_t{target.size()}) {
            return unknown(next, size < 0 ? errno : ENAMETOOLONG);
        }
        if (target.front() == '/') at = "/";
        add_names(names, {target.data(), static_cast<std::size_t>(size)});
        info.st_mode = S_IFDIR;  // what `at` is
    }
    if (to_folder ? !S_ISDIR(info.st_mode) : !S_ISREG(info.st_mode)) {
        return refused(Refusal::kNotRegular, at,
                       "it is " + (to_folder ? std::string("not a folder")
                                             : kind_unless_regular(at) + ", not a regular file"),
                       "remove it, or correct the path");
    }
    ClosedPath result;
    result.path = std::move(at);
    return result;
}

}  // namespace

ClosedPath closed_file(const fs::path& file) { return follow(file, false); }
ClosedPath closed_folder(const fs::path& folder) { return follow(folder, true); }

}  // namespace bridge32::os
