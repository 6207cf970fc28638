// Which plugins there are, and whether they can be used.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tool/tool.hpp"

namespace bridge32::tool {

struct FoundPlugin {
    std::string name;
    int bits = 32;  ///< of its file's name
    std::filesystem::path path;
    /// "good", "wrong ABI", "wrong bitness", "refused", "crashes", "bad", "not checked"
    std::string state;
    std::string message;  ///< why it is not good
    std::string sdk;      ///< what it was built with
    bool hidden = false;  ///< one of that name in an earlier folder is taken instead
};

/// The files in `folders` that are called as plugins are. Their state is not known yet.
std::vector<FoundPlugin> find_plugins(const std::vector<std::filesystem::path>& folders);

/// Has a host of the plugin's bitness load it, without making an instance, and sets its state.
void check_plugin(FoundPlugin& plugin, bool allow_unsafe);

Report to_report(const FoundPlugin& plugin);

}  // namespace bridge32::tool
