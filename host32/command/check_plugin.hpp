// Examines a plugin's file by loading it without creating an instance.
#pragma once

#include <filesystem>
#include <string>

#include "hosting/plugin_rules.hpp"

namespace bridge32::host {

/// One line of JSON: {"path":…,"state":"good","sdk":…,"abi_version":…,"threading":…,"instances":…},
/// or {"path":…,"state":…,"message":…} where `state` is "refused" (by `rules`), "wrong_abi" or
/// "bad". `host_folder`: where the host's own plugins are, in `plugins/`. Loading runs the
/// initialisation of the plugin's file, which may end the process.
std::string check_plugin(const std::filesystem::path& file, const hosting::PluginRules& rules,
                         const std::filesystem::path& host_folder);

/// The versions that client and plugin must match, as one line of JSON.
std::string about_this_build();

}  // namespace bridge32::host
