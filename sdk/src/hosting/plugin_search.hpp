// Where plugins are looked for, and which there are.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "os/path.hpp"

namespace bridge32::hosting {

/// The folders that are searched, in order, each absolute: `first`, then the environment's
/// BRIDGE32_PLUGIN_PATH, then `plugins/` beside `host`. Never the working directory.
std::vector<std::filesystem::path> plugin_search_path(
    const std::vector<std::filesystem::path>& first, const std::filesystem::path& host_folder);

/// The names of the plugins in these folders, sorted, each once.
std::vector<std::string> plugin_names(const std::vector<std::filesystem::path>& folders);

/// The file of plugin `name`: the first of the folders that has it. An absolute path stands for
/// itself. Throws PluginError that says where it was looked for and what there is.
std::filesystem::path find_plugin(std::string_view name,
                                  const std::vector<std::filesystem::path>& folders);

using os::split_path_list;  // moved

}  // namespace bridge32::hosting
