#include "client/hosts/host_command.hpp"

#include <filesystem>
#include <utility>

#include "bridge32/internal/text/path_text.hpp"
#include "client/hosts/find_host.hpp"
#include "diagnostics/log.hpp"
#include "diagnostics/trace.hpp"
#include "os/environment.hpp"
#include "os/path.hpp"

namespace bridge32::client {

os::ProcessOptions host_command(const BackendOptions& options, std::vector<std::string> arguments) {
    os::ProcessOptions process;
    process.executable = find_host(options.host_executable, options.allow_unsafe_plugins);
    process.arguments = std::move(arguments);
    for (const auto& folder : options.plugin_path.paths()) {
        process.arguments.insert(process.arguments.end(),
                                 {"--plugin-path", detail::utf8_of(os::absolute_path(folder))});
    }
    if (options.allow_unsafe_plugins) process.arguments.emplace_back("--allow-unsafe-plugins");
    process.environment = options.environment;
    process.working_directory = options.working_directory;
    if (diagnostics::traces()) {  // into our file, also from another folder
        process.environment.try_emplace("BRIDGE32_TRACE",
                                        detail::utf8_of(diagnostics::trace_file()));
    }
    if (options.library_path.paths().empty()) return process;

    // The system's loader reads its variable once, when the host starts; it is what finds the
    // libraries that a library needs.
    std::string search;
    for (const auto& folder : options.library_path.paths()) {
        const std::string text = detail::utf8_of(os::absolute_path(folder));
        process.arguments.insert(process.arguments.end(), {"--library-path", text});
        search += (search.empty() ? "" : std::string(1, os::kPathListSeparator)) + text;
    }
    auto& variable = process.environment[os::kLibraryPathVariable];
    if (variable.empty()) {
        variable = os::environment_variable(os::kLibraryPathVariable).value_or("");
    }
    if (!variable.empty()) search += os::kPathListSeparator + variable;
    variable = search;
    return process;
}

}  // namespace bridge32::client
