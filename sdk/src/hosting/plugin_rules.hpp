// Which plugins may be loaded.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace bridge32::hosting {

struct PluginRules {
    /// Names or absolute paths, as clients pass them; empty means all.
    std::vector<std::string> allowed = {};
    /// Also load files that other users can write to.
    bool allow_unsafe = false;
};

/// Throws PluginError with the allowed plugins if `name` is not one of them.
void require_allowed(std::string_view name, const PluginRules& rules);

/// Throws PluginError that says what to do if another user could replace the file, because a plugin
/// runs with all rights of this process.
void require_safe(const std::filesystem::path& file, const PluginRules& rules);

}  // namespace bridge32::hosting
