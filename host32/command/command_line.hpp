// The command line of the host.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "host32/session/host.hpp"
#include "hosting/plugin_rules.hpp"

namespace bridge32::host {

/// What the host was asked to do; `host32 --help` describes the options.
struct CommandLine {
    std::string channel;      ///< --attach; empty: not given
    std::string served_name;  ///< --serve; empty: not given
    ServeOptions serving;     ///< --idle-timeout, --callback-timeout
    std::chrono::milliseconds stop_timeout{5000};
    std::vector<std::filesystem::path> plugin_path;
    std::vector<std::filesystem::path> library_path;
    std::optional<InstancesFor> instances;
    hosting::PluginRules rules;          ///< --allow, --allow-unsafe-plugins
    std::filesystem::path checked_file;  ///< --check-plugin; empty: not given
    bool about = false;
    bool wait_for_debugger = false;
    bool detach = false;
    bool detached = false;  ///< this process is what --detach has started

    /// Set when there is nothing left to do: help was printed, or the usage was wrong.
    std::optional<int> exit_code;
};

/// `program`: what the host calls itself. `arguments`: the first is the program. Prints help and
/// mistakes.
CommandLine read_command_line(const std::string& program,
                              const std::vector<std::string>& arguments);

/// The arguments for the process that --detach starts, without the program.
std::vector<std::string> detached_arguments(std::vector<std::string> arguments);

}  // namespace bridge32::host
