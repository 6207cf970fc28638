// The plugins of this host: finds them, loads them, and keeps the instances that clients share.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "binary/library_search.hpp"
#include "hosting/plugin_file.hpp"
#include "hosting/plugin_module.hpp"
#include "hosting/plugin_rules.hpp"

namespace bridge32::host {

/// Who uses an instance, if the host decides.
enum class InstancesFor { kOwn, kShared };

/// Main thread only.
class PluginRegistry {
public:
    /// Searches plugins in `plugin_path`, and their libraries in `library_path`. Without
    /// `instances`, each plugin decides. `rules` restrict what is loaded.
    PluginRegistry(std::vector<std::filesystem::path> plugin_path,
                   const std::vector<std::filesystem::path>& library_path,
                   std::optional<InstancesFor> instances = {}, hosting::PluginRules rules = {})
        : plugin_path_(std::move(plugin_path)),
          host_(hosting::host_table(library_path, rules.allow_unsafe)),
          instances_(instances),
          rules_(std::move(rules)) {
        binary::leave_out_working_directory();
    }

    /// An instance of plugin `name` for one client: its own, or the one that all clients share.
    /// Throws PluginError. Searches the folders on each call: a new file is found, and a replaced
    /// one is loaded for new instances, while existing instances keep the old one.
    std::shared_ptr<hosting::PluginInstance> open(std::string_view name,
                                                  hosting::CreateArguments arguments);

private:
    /// What was loaded last for a plugin or interface file.
    struct Loaded {
        hosting::FileIdentity identity;
        unsigned generation = 0;                            // how often the file was replaced
        std::weak_ptr<const hosting::PluginModule> module;  // unloaded with its last client
    };

    std::shared_ptr<const hosting::PluginModule> load(const hosting::PluginFile& plugin);

    std::vector<std::filesystem::path> plugin_path_;
    const bridge32_host& host_;
    std::optional<InstancesFor> instances_;
    hosting::PluginRules rules_;
    std::map<std::filesystem::path, Loaded> modules_;
    std::map<std::filesystem::path, std::weak_ptr<hosting::PluginInstance>> shared_;
};

}  // namespace bridge32::host
