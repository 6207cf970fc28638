// Who can change what a path leads to. Code is loaded and started only by paths that were resolved
// here.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "os/fork.hpp"

namespace bridge32::os {

/// What a path leads to.
struct ClosedPath {
    /// Why the path is not to be used.
    enum class Refusal {
        kNone,
        kForeign,     ///< another user can make it lead to something else
        kUnknown,     ///< whether one can cannot be told
        kNotRegular,  ///< it leads to a pipe, a device or a folder
    };

    /// Absolute and without links. Nobody but this process's user and root (on Windows also the
    /// system and administrators) can make it lead to something else. Empty if that is refused.
    std::filesystem::path path = {};

    Refusal refusal = Refusal::kNone;
    std::filesystem::path at = {};  ///< the step on the way that is to blame
    std::string found = {};         ///< "every user can write to it"
    std::string remedy = {};        ///< what closes it: "chmod o-w /opt/plugins"

    /// Windows: open handles that keep the file and its folders from being written to, renamed and
    /// deleted. Hold them until the file is loaded.
    std::vector<OwnHandle> held = {};

    explicit operator bool() const noexcept { return refusal == Refusal::kNone; }
    /// "AT: FOUND", in UTF-8.
    std::string text() const;
};

/// Follows `file` step by step from the root, through up to 40 links, and looks at each folder,
/// each link and the file before it goes on, so that nothing that was looked at can change. Refuses
/// the path unless all steps
///
/// - belong to this process's user or root, and
/// - can be written to by nobody else: neither by mode nor by access control list, and by a group
///   only if it is root's or this user's own (primary) one and nobody else is in it, by /etc/passwd
///   and /etc/group. In a folder with the sticky bit, nobody replaces what belongs to others.
///
/// An owner that a user namespace does not know appears as user 65534 and is another user, also for
/// a process that appears so itself.
///
/// Windows: the owner and the access control list of each step decide. Trusted are this user, the
/// system, administrators and TrustedInstaller. To the folder of the file nobody else may add
/// files, since the loader looks for what a library needs there. Wine makes the lists up from the
/// files' modes, with neither other owners nor sticky folders; there only the file and its folder
/// count, and what everybody may do to them.
ClosedPath closed_file(const std::filesystem::path& file);

/// The same for a folder.
ClosedPath closed_folder(const std::filesystem::path& folder);

/// Empty for a regular file, also behind links, and where nothing is; else what it is: "a named
/// pipe". Opens nothing, and so never waits.
std::string kind_unless_regular(const std::filesystem::path& file);

}  // namespace bridge32::os
