// Which plugin, and where it runs: options that several subcommands share.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "bridge32/client.hpp"

namespace bridge32::tool {

struct ConnectionOptions {
    std::string plugin;  ///< a name, or a path
    std::vector<std::string> kwargs;
    std::vector<std::string> plugin_path;
    std::vector<std::string> library_path;
    std::string host;  ///< a shared host's name; empty: a private one
    int bits = 32;
    std::optional<double> timeout;  ///< in seconds
    bool allow_unsafe = false;
    bool quiet = false;
};

/// Adds PLUGIN and the options to a subcommand. `options` must outlive it.
void add_connection_options(CLI::App& command, ConnectionOptions& options);
/// --plugin-path alone, for subcommands without a plugin.
void add_plugin_path_option(CLI::App& command, std::vector<std::string>& plugin_path);

std::vector<std::filesystem::path> paths_of(const std::vector<std::string>& texts);
/// Where plugins are looked for, in order: first in --plugin-path. Throws StartupError.
std::vector<std::filesystem::path> plugin_folders(const std::vector<std::string>& plugin_path);

/// Opens the plugin. Throws WrongUsage and what Client does.
Client open_plugin(const ConnectionOptions& options);

/// host32, or the host64 beside it. Throws StartupError.
std::filesystem::path find_host_executable(int bits);

/// The plugin's name for people, and for names of classes: "my_lib" for "/x/my_lib.b32.so".
std::string plugin_base_name(const std::string& plugin);

}  // namespace bridge32::tool
