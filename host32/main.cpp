// host32: loads plugins, and serves the clients that call them.
#include <boost/dll/runtime_symbol_info.hpp>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "diagnostics/log.hpp"
#include "diagnostics/trace.hpp"
#include "host32/command/check_plugin.hpp"
#include "host32/command/command_line.hpp"
#include "host32/command/detach.hpp"
#include "host32/crash/crash_handler.hpp"
#include "host32/session/exit_code.hpp"
#include "host32/session/host.hpp"
#include "host32/session/signals.hpp"
#include "host32/session/stop.hpp"
#include "hosting/plugin_search.hpp"
#include "hosting/unload_guard.hpp"
#include "os/debugger.hpp"
#include "os/environment.hpp"
#include "os/path.hpp"
#include "os/process.hpp"
#include "os/stop_signals.hpp"
#include "os/thread.hpp"
#include "wire/link.hpp"

namespace {

const char* program_name() { return sizeof(void*) == 4 ? "host32" : "host64"; }

/// What the plugins print must reach the client before a crash takes the buffers with it.
void unbuffer_output() {
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
    std::setvbuf(stderr, nullptr, _IONBF, 0);
}

void let_debugger_attach() {
    bridge32::os::wait_for_debugger([&] {
        // As a line of the log, which clients let through.
        bridge32::diagnostics::write_log_line(
            bridge32::diagnostics::LogLevel::kInfo,
            "waiting for a debugger: gdb -p " + std::to_string(bridge32::os::own_pid()) +
                (bridge32::os::kGoesOnBySignal ? "; kill -CONT continues without one" : ""));
    });
}

/// Loads plugins for clients until there is no more to do.
int serve(bridge32::host::CommandLine line, const std::filesystem::path& folder) {
    const std::string name = program_name();
    bridge32::host::PluginRegistry registry(
        bridge32::hosting::plugin_search_path(line.plugin_path, folder), line.library_path,
        line.instances, std::move(line.rules));
    bridge32::diagnostics::set_log_name(program_name());
    // A private host's client says it.
    if (const auto mistake = bridge32::diagnostics::log_level_mistake();
        !mistake.empty() && !line.served_name.empty()) {
        std::fprintf(stderr, "%s: %s\n", name.c_str(), mistake.c_str());
    }
    bridge32::diagnostics::begin_trace(name, /*is_host=*/true);
    if (line.wait_for_debugger || bridge32::os::debugger_wanted()) let_debugger_attach();
    bridge32::host::Host host(registry, line.stop_timeout);
    // Ctrl-C in a terminal reaches a private host too; there it is for the client to decide.
    bridge32::os::on_stop_signals(line.served_name.empty() ? bridge32::os::EndedBy::kItsClient
                                                           : bridge32::os::EndedBy::kItsUsers,
                                  bridge32::host::request_stop);
    bridge32::hosting::after_each_load(bridge32::host::take_back_signals);
    if (!line.channel.empty()) {
        host.serve_client(bridge32::wire::Link::inherited(line.channel));
    } else if (!line.served_name.empty()) {
        if (line.detached) line.serving.on_ready = bridge32::os::discard_output;
        host.serve_all(line.served_name, line.serving);
    } else {
        std::fprintf(stderr, "%s: nothing to do; use --serve NAME\n", name.c_str());
        return bridge32::host::kExitFailed;
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    unbuffer_output();
    bridge32::os::set_default_stacks();
    bridge32::host::install_crash_handler();
    const auto arguments = bridge32::os::program_arguments(argc, argv);
    auto line = bridge32::host::read_command_line(program_name(), arguments);
    if (line.exit_code) return *line.exit_code;
    try {
        const auto executable = std::filesystem::path(boost::dll::program_location());
        if (line.detach) {
            return bridge32::host::start_detached(executable,
                                                  bridge32::host::detached_arguments(arguments));
        }
        if (line.about) {
            std::puts(bridge32::host::about_this_build().c_str());
            return 0;
        }
        if (!line.checked_file.empty()) {
            const auto file = bridge32::os::absolute_path(line.checked_file);
            std::puts(
                bridge32::host::check_plugin(file, line.rules, executable.parent_path()).c_str());
            return 0;
        }
        return serve(std::move(line), executable.parent_path());
    } catch (const std::exception& e) {
        std::fprintf(stderr, "%s: %s\n", program_name(), e.what());
        return bridge32::host::kExitFailed;
    }
}
