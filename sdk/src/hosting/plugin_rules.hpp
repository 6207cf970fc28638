// Which of the plugins that are found may be loaded.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace bridge32::hosting {

struct PluginRules {
    /// Names, or absolute paths, as clients give them; empty: all.
    std::vector<std::string> allowed = {};
    /// Also files that other users can write to.
    bool allow_unsafe = false;
};

/// Throws PluginError that says which may be loaded, when `name` is not one of them.
void require_allowed(std::string_view name, const PluginRules& rules);

/// Throws PluginError that says what to do, when another user could put something else in the
/// file's place: what is loaded runs with all rights of this process.
void require_safe(const std::filesystem::path& file, const PluginRules& rules);

}  // namespace bridge32::hosting
