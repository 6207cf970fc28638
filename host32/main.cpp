// host32: loads plugins, and serves the clients that call them.
#include <CLI/CLI.hpp>
#include <boost/dll/runtime_symbol_info.hpp>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bridge32/internal/text/path_text.hpp"
#include "bridge32/version.hpp"
#include "diagnostics/log.hpp"
#include "diagnostics/trace.hpp"
#include "host32/command/check_plugin.hpp"
#include "host32/command/detach.hpp"
#include "host32/crash/crash_handler.hpp"
#include "host32/session/host.hpp"
#include "host32/session/stop.hpp"
#include "hosting/plugin_folder.hpp"
#include "hosting/plugin_rules.hpp"
#include "os/debugger.hpp"
#include "os/environment.hpp"
#include "os/process.hpp"
#include "os/stop_signals.hpp"

namespace {

constexpr int kExitFailed = 1;
constexpr int kExitWrongUsage = 2;

const char* program_name() { return sizeof(void*) == 4 ? "host32" : "host64"; }

/// What the plugins print must reach the client before a crash takes the buffers with it.
void unbuffer_output() {
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
    std::setvbuf(stderr, nullptr, _IONBF, 0);
}

std::vector<std::filesystem::path> paths(const std::vector<std::string>& texts) {
    std::vector<std::filesystem::path> result;
    for (const auto& text : texts)
        result.push_back(bridge32::detail::path_from_utf8(text));
    return result;
}

std::vector<std::string> detached_arguments(std::vector<std::string> arguments) {
    arguments.erase(arguments.begin());
    for (auto& argument : arguments) {
        if (argument == "--detach") argument = "--detached";
    }
    return arguments;
}

std::chrono::milliseconds milliseconds(double seconds) {
    return std::chrono::milliseconds(std::llround(1000 * seconds));
}

void let_debugger_attach(const std::string& name) {
    bridge32::os::wait_for_debugger([&] {
        // As a line of the log, which clients let through.
        std::fprintf(stderr, "bridge32 %s[%u] info: waits for a debugger: gdb -p %u%s\n",
                     name.c_str(), bridge32::os::own_pid(), bridge32::os::own_pid(),
                     bridge32::os::kGoesOnBySignal ? "; kill -CONT lets it go on without" : "");
    });
}

}  // namespace

int main(int argc, char** argv) {
    unbuffer_output();
    bridge32::host::install_crash_handler();
    const std::string name = program_name();
    CLI::App app(name + " " BRIDGE32_VERSION ": runs plugins around " +
                     std::to_string(8 * sizeof(void*)) +
                     "-bit libraries for bridge32 clients. A client starts a private host by "
                     "itself; by hand you start a shared one with --serve.",
                 name);
    std::string channel;
    std::string served_name;
    std::vector<std::string> plugin_path;
    std::vector<std::string> library_path;
    std::string instances;
    bridge32::hosting::PluginRules rules;
    bool detach = false;
    bool detached = false;
    std::string checked;
    bool about = false;
    bool wait_for_debugger = false;
    double idle_timeout = 0;
    double callback_timeout = 0.5;
    double stop_timeout = 5;
    auto* attach = app.add_option("--attach", channel,
                                  "Serve the one client of this channel (used by the client)");
    auto* serve = app.add_option("--serve", served_name,
                                 "Serve any number of clients that connect to this name")
                      ->excludes(attach);
    app.add_option("--instances", instances,
                   "One instance of a plugin, \"shared\" by all clients, or each its \"own\"; "
                   "else as the plugin wishes")
        ->needs(serve)
        ->check(CLI::IsMember({"shared", "own"}));
    auto* idle = app.add_option("--idle-timeout", idle_timeout,
                                "End when there was no client for so many seconds")
                     ->needs(serve)
                     ->check(CLI::Range(0.0, 1e9));
    app.add_flag("--detach", detach, "Go on in the background, once clients can connect")
        ->needs(serve);
    app.add_flag("--detached", detached)->needs(serve)->group("");  // what --detach starts
    app.add_option("--callback-timeout", callback_timeout,
                   "How many seconds a client's callback may keep the others waiting")
        ->needs(serve)
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1e9));
    app.add_option("--stop-timeout", stop_timeout,
                   "How many seconds running calls have when the host is told to end")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1e9));
    app.add_option("--plugin-path", plugin_path,
                   "Look for plugins in this folder first; may be repeated")
        ->allow_extra_args(false);
    app.add_option("--library-path", library_path,
                   "Look for libraries in this folder first; may be repeated")
        ->allow_extra_args(false);
    app.add_option("--allow", rules.allowed,
                   "Load this plugin, and no others that are not allowed so; may be repeated. A "
                   "name, or an absolute path")
        ->allow_extra_args(false);
    app.add_flag("--allow-unsafe-plugins", rules.allow_unsafe,
                 "Load plugins also when other users can write to the file or its folder");
    app.add_option("--check-plugin", checked,
                   "Load this file as a plugin, make no instance, and print what it is, as JSON");
    app.add_flag("--wait-for-debugger", wait_for_debugger,
                 "Print the process id and wait until a debugger is attached (Linux: or SIGCONT), "
                 "before any plugin is loaded");
    app.add_flag("--about", about, "Print the versions that client and plugin must match, as JSON");
    app.set_version_flag("--version", name + " " BRIDGE32_VERSION);
    const auto arguments = bridge32::os::program_arguments(argc, argv);
    std::vector<const char*> pointers;
    for (const auto& argument : arguments)
        pointers.push_back(argument.c_str());
    app.failure_message([](const CLI::App* its_app, const CLI::Error& e) {
        const std::string& program = its_app->get_name();
        return program + ": " + e.what() + "\nSee: " + program + " --help\n";
    });
    try {
        app.parse(static_cast<int>(pointers.size()), pointers.data());
    } catch (const CLI::ParseError& e) {
        // CLI11 has codes of its own for each kind of mistake.
        return app.exit(e) == 0 ? 0 : kExitWrongUsage;
    }

    try {
        const auto executable = std::filesystem::path(boost::dll::program_location());
        if (detach)
            return bridge32::host::start_detached(executable, detached_arguments(arguments));
        if (about || !checked.empty()) {
            const std::string text =
                about ? bridge32::host::about_this_build()
                      : bridge32::host::check_plugin(
                            std::filesystem::absolute(bridge32::detail::path_from_utf8(checked)),
                            rules);
            std::printf("%s\n", text.c_str());
            return 0;
        }
        const auto folder = executable.parent_path();
        const auto search = bridge32::hosting::plugin_search_path(paths(plugin_path), folder);
        std::optional<bridge32::host::InstancesFor> decided;
        if (instances == "shared") decided = bridge32::host::InstancesFor::kShared;
        if (instances == "own") decided = bridge32::host::InstancesFor::kOwn;
        bridge32::host::PluginRegistry registry(search, paths(library_path), decided,
                                                std::move(rules));
        bridge32::diagnostics::set_log_name(program_name());
        bridge32::diagnostics::begin_trace(name, /*is_host=*/true);
        if (wait_for_debugger || bridge32::os::debugger_wanted()) let_debugger_attach(name);
        bridge32::host::Host host(registry, milliseconds(stop_timeout));
        // Ctrl-C in a terminal reaches a private host too; there it is for the client to decide.
        bridge32::os::on_stop_signals(!served_name.empty(), bridge32::host::request_stop);
        if (!channel.empty()) {
            host.serve_client(channel);
        } else if (!served_name.empty()) {
            bridge32::host::ServeOptions options;
            if (*idle) options.idle_timeout = milliseconds(idle_timeout);
            options.callback_timeout = milliseconds(callback_timeout);
            if (detached) options.on_ready = bridge32::os::discard_output;
            host.serve_all(served_name, options);
        } else {
            std::fprintf(stderr, "%s: nothing to do: give --serve NAME\n", name.c_str());
            return kExitFailed;
        }
        return 0;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "%s: %s\n", name.c_str(), e.what());
        return kExitFailed;
    }
}
