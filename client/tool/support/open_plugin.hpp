// Opens the plugin that a command line names: the options for it, and where plugins and hosts are.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "bridge32/client.hpp"

namespace bridge32::tool {

struct PluginOptions {
    std::string name;  ///< a plugin's name, or the path of its file
    std::vector<std::string> kwargs;
    std::vector<std::string> plugin_path;
    std::vector<std::string> library_path;
    std::string host;  ///< the name of a shared host; empty for a private one
    int bits = 32;
    std::optional<double> timeout;  ///< in seconds
    bool allow_unsafe = false;
    bool quiet = false;
    std::string header{};  ///< of the library that `name` then is
    /// Not empty: the plugin is `ffi`, which serves this text of an interface file.
    std::string interface_text{};
};

/// Adds PLUGIN and the options to a subcommand. `options` must outlive it.
void add_plugin_options(CLI::App& command, PluginOptions& options);
/// Adds only --plugin-path, for subcommands that take no plugin.
void add_plugin_path_option(CLI::App& command, std::vector<std::string>& plugin_path);

/// Opens the plugin. Throws WrongUsage and what Client throws.
Client open_plugin(const PluginOptions& options);

std::vector<std::filesystem::path> paths_of(const std::vector<std::string>& texts);
/// The folders searched for plugins, in order; --plugin-path comes first. Throws StartupError.
std::vector<std::filesystem::path> plugin_folders(const std::vector<std::string>& plugin_path);

/// host32, or the host64 beside it, which may not exist. Throws StartupError, also when other users
/// could replace it, unless `allow_unsafe`.
std::filesystem::path find_host_executable(int bits, bool allow_unsafe = false);

/// The plugin's name without folder and suffix: "my_lib" for "/x/my_lib.b32.so".
std::string plugin_base_name(const std::string& plugin);

}  // namespace bridge32::tool
