// Which plugins there are, and whether they can be used.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tool.hpp"

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

/// Looks into `folders`, and has hosts load what is there, without making an instance.
std::vector<FoundPlugin> list_plugins(const std::vector<std::filesystem::path>& folders,
                                      bool allow_unsafe);

Report to_report(const FoundPlugin& plugin);

}  // namespace bridge32::tool
