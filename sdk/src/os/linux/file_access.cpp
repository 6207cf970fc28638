#include "os/file_access.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <system_error>
#include <vector>

#include "os/path.hpp"

namespace bridge32::os {

namespace fs = std::filesystem;

namespace {

/// True if the group has the user's name and no other member. Most systems give each user such a
/// group.
bool is_private_group(uid_t user, gid_t group) {
    std::vector<char> user_text(16384);
    std::vector<char> group_text(65536);
    struct passwd user_entry {};
    struct group group_entry {};
    struct passwd* found_user = nullptr;
    struct group* found_group = nullptr;
    if (::getpwuid_r(user, &user_entry, user_text.data(), user_text.size(), &found_user) != 0 ||
        ::getgrgid_r(group, &group_entry, group_text.data(), group_text.size(), &found_group) !=
            0 ||
        found_user == nullptr || found_group == nullptr) {
        return false;  // unknown: then it is not known to be closed
    }
    if (std::strcmp(user_entry.pw_name, group_entry.gr_name) != 0) return false;
    for (char** member = group_entry.gr_mem; *member != nullptr; ++member) {
        if (std::strcmp(*member, user_entry.pw_name) != 0) return false;
    }
    return true;
}

bool every_user_can_write(const struct stat& info) {
    return (info.st_mode & S_IWOTH) != 0 && (!S_ISDIR(info.st_mode) || !(info.st_mode & S_ISVTX));
}

ForeignWriter look_at(const fs::path& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return {};
    if (info.st_uid != ::geteuid() && info.st_uid != 0) {
        return {path, "it belongs to another user (uid " + std::to_string(info.st_uid) + ")",
                "chown it to this user or to root"};
    }
    if (every_user_can_write(info)) {
        return {path, "every user can write to it", "chmod o-w " + path.string()};
    }
    const bool sticky_folder = S_ISDIR(info.st_mode) && (info.st_mode & S_ISVTX);
    if ((info.st_mode & S_IWGRP) != 0 && !sticky_folder &&
        !is_private_group(info.st_uid, info.st_gid)) {
        return {path, "the group " + std::to_string(info.st_gid) + " can write to it",
                "chmod g-w " + path.string()};
    }
    return {};
}

/// A file and where it lies: all of the path that its user is likely to have made.
ForeignWriter look_at_file_and_folders(const fs::path& file) {
    if (auto found = look_at(file)) return found;
    auto folders = steps_to(file.parent_path());
    if (auto found = look_at(folders.back())) return found;
    for (folders.pop_back(); !folders.empty(); folders.pop_back()) {
        const fs::path& folder = folders.back();
        struct stat info {};
        if (::stat(folder.c_str(), &info) == 0 && every_user_can_write(info)) {
            return {folder, "every user can write to it", "chmod o-w " + folder.string()};
        }
    }
    return {};
}

}  // namespace

ForeignWriter foreign_writer(const fs::path& file) {
    std::error_code error;
    // A link can be replaced where it lies, and its target where that does.
    const fs::path link = canonical_path(file.parent_path(), error) / file.filename();
    if (error) return {};
    if (auto found = look_at_file_and_folders(link)) return found;
    const fs::path target = canonical_path(file, error);
    if (error || target == link) return {};
    return look_at_file_and_folders(target);
}

}  // namespace bridge32::os
