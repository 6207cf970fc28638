// The plugins of this host: found, loaded, and the instances that clients share.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "loading/plugin_module.hpp"

namespace bridge32::host {

/// Main thread only.
class PluginRegistry {
public:
    /// Plugins are looked for in `plugin_path`, their libraries in `library_path`.
    PluginRegistry(std::vector<std::filesystem::path> plugin_path,
                   const std::vector<std::filesystem::path>& library_path)
        : plugin_path_(std::move(plugin_path)), host_(loading::host_table(library_path)) {}

    /// An instance of plugin `name` for one client: its own, or the one that all clients share
    /// when the plugin says so. Throws PluginError. The folders are searched at each call: a
    /// plugin that was just dropped there is found.
    std::shared_ptr<loading::PluginInstance> open(std::string_view name,
                                                  const loading::CreateArguments& arguments);

private:
    std::vector<std::filesystem::path> plugin_path_;
    const bridge32_host& host_;
    // Weak: a plugin is unloaded with its last client.
    std::map<std::filesystem::path, std::weak_ptr<const loading::PluginModule>> modules_;
    std::map<std::filesystem::path, std::weak_ptr<loading::PluginInstance>> shared_;
};

}  // namespace bridge32::host
