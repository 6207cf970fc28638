// Which plugins may be loaded.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "bridge32/error.hpp"
#include "os/file_access.hpp"

namespace bridge32::hosting {

/// Another user could replace the plugin, or it is no file.
struct UnsafePlugin : PluginError {
    using PluginError::PluginError;
};

struct PluginRules {
    /// Names or absolute paths, as clients pass them; empty means all.
    std::vector<std::string> allowed = {};
    /// Also load files that other users can write to.
    bool allow_unsafe = false;
};

/// Throws PluginError with the allowed plugins if `name` is not one of them.
void require_allowed(std::string_view name, const PluginRules& rules);

/// Where to load the plugin, or a library beside it, from; `what` it is, for messages. Throws
/// UnsafePlugin that says what to do if another user could replace the file, because it runs with
/// all rights of this process, and if it is no regular file, which the loader would wait for. With
/// `allow_unsafe`, `file` itself.
os::ClosedPath require_safe(const std::filesystem::path& file, const PluginRules& rules,
                            const char* what = "plugin");

}  // namespace bridge32::hosting
