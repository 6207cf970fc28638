#include "host32/command/command_line.hpp"

#include <CLI/CLI.hpp>
#include <cmath>

#include "bridge32/internal/text/path_text.hpp"
#include "bridge32/version.hpp"
#include "host32/session/exit_code.hpp"

namespace bridge32::host {

namespace {

std::vector<std::filesystem::path> paths(const std::vector<std::string>& texts) {
    std::vector<std::filesystem::path> result;
    for (const auto& text : texts)
        result.push_back(detail::path_from_utf8(text));
    return result;
}

std::chrono::milliseconds milliseconds(double time) {
    return std::chrono::milliseconds(std::llround(1000 * time));
}

double seconds(std::chrono::milliseconds time) {
    return std::chrono::duration<double>(time).count();
}

}  // namespace

CommandLine read_command_line(const std::string& program,
                              const std::vector<std::string>& arguments) {
    CommandLine line;
    CLI::App app(program + " " BRIDGE32_VERSION ": runs plugins for " +
                     std::to_string(8 * sizeof(void*)) +
                     "-bit libraries. Clients start private hosts "
                     "automatically; start a shared host by hand with --serve.",
                 program);
    std::vector<std::string> plugin_path;
    std::vector<std::string> library_path;
    std::string instances;
    std::string checked;
    double idle_timeout = 0;
    double callback_timeout = seconds(line.serving.callback_timeout);
    double stop_timeout = seconds(line.stop_timeout);
    auto* attach = app.add_option(
        "--attach", line.channel,
        "Serve the one client at the other end of this (used by clients): on Linux the "
        "number of an inherited socket, on Windows a channel's name");
    auto* serve =
        app.add_option("--serve", line.served_name, "Serve clients that connect to this name")
            ->excludes(attach);
    app.add_option("--instances", instances,
                   "One instance of a plugin, \"shared\" by all clients, or one of its \"own\" for "
                   "each; default: as the plugin declares")
        ->needs(serve)
        ->check(CLI::IsMember({"shared", "own"}));
    auto* idle =
        app.add_option("--idle-timeout", idle_timeout, "Exit after so many seconds without clients")
            ->needs(serve)
            ->check(CLI::Range(0.0, 1e9));
    app.add_flag("--detach", line.detach, "Continue in the background once clients can connect")
        ->needs(serve);
    app.add_flag("--detached", line.detached)->needs(serve)->group("");  // what --detach starts
    app.add_option("--callback-timeout", callback_timeout,
                   "How many seconds a client's callback may block other clients")
        ->needs(serve)
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1e9));
    app.add_option(
           "--stop-timeout", stop_timeout,
           "How many seconds running calls may take to finish when the host is asked to stop")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1e9));
    app.add_option("--plugin-path", plugin_path,
                   "Search this folder for plugins first; may be repeated")
        ->allow_extra_args(false);
    app.add_option("--library-path", library_path,
                   "Search this folder for libraries first; may be repeated")
        ->allow_extra_args(false);
    app.add_option("--allow", line.rules.allowed,
                   "Load only plugins that are allowed, by name or absolute path; may be repeated")
        ->allow_extra_args(false);
    app.add_flag("--allow-unsafe-plugins", line.rules.allow_unsafe,
                 "Load plugins even if other users can write to the file or its folder");
    app.add_option(
        "--check-plugin", checked,
        "Load this file as a plugin without creating an instance, and print what it is, as JSON");
    app.add_flag("--wait-for-debugger", line.wait_for_debugger,
                 "Before loading any plugin, print the process id and wait until a debugger is "
                 "attached (Linux: or SIGCONT)");
    app.add_flag("--about", line.about,
                 "Print the versions that clients and plugins must match, as JSON");
    app.set_version_flag("--version", program + " " BRIDGE32_VERSION);
    std::vector<const char*> pointers;
    for (const auto& argument : arguments)
        pointers.push_back(argument.c_str());
    app.failure_message([](const CLI::App* its_app, const CLI::Error& e) {
        const std::string& its_name = its_app->get_name();
        return its_name + ": " + e.what() + "\nSee: " + its_name + " --help\n";
    });
    try {
        app.parse(static_cast<int>(pointers.size()), pointers.data());
    } catch (const CLI::ParseError& e) {
        // CLI11 has codes of its own for each kind of mistake.
        line.exit_code = app.exit(e) == 0 ? 0 : kExitWrongUsage;
        return line;
    }
    line.plugin_path = paths(plugin_path);
    line.library_path = paths(library_path);
    if (instances == "shared") line.instances = InstancesFor::kShared;
    if (instances == "own") line.instances = InstancesFor::kOwn;
    if (*idle) line.serving.idle_timeout = milliseconds(idle_timeout);
    line.serving.callback_timeout = milliseconds(callback_timeout);
    line.stop_timeout = milliseconds(stop_timeout);
    line.checked_file = detail::path_from_utf8(checked);
    return line;
}

std::vector<std::string> detached_arguments(std::vector<std::string> arguments) {
    arguments.erase(arguments.begin());
    for (auto& argument : arguments) {
        if (argument == "--detach") argument = "--detached";
    }
    return arguments;
}

}  // namespace bridge32::host
