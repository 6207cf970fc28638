// The plugins found, and whether they can be loaded.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tool/terminal/output.hpp"

namespace bridge32::tool {

struct FoundPlugin {
    std::string name;
    int bits = 32;  ///< from the file's name
    std::filesystem::path path;
    /// "good", "wrong ABI", "wrong bitness", "refused", "crashes", "bad", "not checked"
    std::string state;
    std::string message;  ///< the reason, unless good
    std::string sdk;      ///< what it was built with
    bool hidden = false;  ///< an earlier folder has a plugin of this name
};

/// The files in `folders` that have the name of a plugin. Their state is not known yet.
std::vector<FoundPlugin> find_plugins(const std::vector<std::filesystem::path>& folders);

/// Loads the plugin in a host of its bitness, without making an instance, and sets its state.
void check_plugin(FoundPlugin& plugin, bool allow_unsafe);

Report to_report(const FoundPlugin& plugin);

}  // namespace bridge32::tool
