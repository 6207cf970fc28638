// Finds plugins in the search folders.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace bridge32::hosting {

/// The folders to search, in order and absolute: `first`, then BRIDGE32_PLUGIN_PATH, then
/// `plugins/` beside `host`. Never the working directory.
std::vector<std::filesystem::path> plugin_search_path(
    const std::vector<std::filesystem::path>& first, const std::filesystem::path& host_folder);

/// The names of the plugins in these folders, sorted and without duplicates.
std::vector<std::string> plugin_names(const std::vector<std::filesystem::path>& folders);

/// The file of the plugin `name`, from the first folder that has it. An absolute path is taken as
/// it is. Throws PluginError with the folders searched and the plugins there.
std::filesystem::path find_plugin(std::string_view name,
                                  const std::vector<std::filesystem::path>& folders);

}  // namespace bridge32::hosting
