// Who can replace a file.
#pragma once

#include <filesystem>
#include <string>

namespace bridge32::os {

/// Another user who can replace a file.
struct ForeignWriter {
    std::filesystem::path path;  ///< what that is possible at: the file, or a folder above it
    std::string who;             ///< "every user can write to it"
    std::string remedy;          ///< what closes it: "chmod o-w /opt/plugins"

    explicit operator bool() const noexcept { return !who.empty(); }
};

/// Whether users other than this process's own and root can write to `file`, its folder, or that
/// of a link to it, by mode or as their owner. A folder with the sticky bit, in which nobody can
/// replace what belongs to others, is closed, and so is what only a group of that user alone can
/// write to. Of the folders further up only those that every user can write to count: what lies
/// in them can be renamed. False when there is no such file.
///
/// Windows: always false. There the access control list of the folder decides, which is inherited
/// from `Program Files` or the user's profile and closed in both.
ForeignWriter foreign_writer(const std::filesystem::path& file);

}  // namespace bridge32::os
