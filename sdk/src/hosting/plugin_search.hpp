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

/// What a plugin's name stands for.
struct PluginFile {
    std::filesystem::path file;    ///< the plugin, or an interface file
    std::filesystem::path module;  ///< what is loaded: the plugin itself, or the plugin `ffi`

    bool is_interface() const { return file != module; }
};

/// The names of the plugins and interface files in these folders, sorted and without duplicates.
std::vector<std::string> plugin_names(const std::vector<std::filesystem::path>& folders);

/// The plugin `name`, or else the interface file of that name, from the first folder that has one.
/// An absolute path is taken as it is. The plugin `ffi`, which serves interface files in 32-bit
/// hosts, is in the last folder. Throws PluginError with the folders searched and the plugins
/// there.
PluginFile find_plugin(std::string_view name, const std::vector<std::filesystem::path>& folders);

}  // namespace bridge32::hosting
