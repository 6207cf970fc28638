#include "host_command.hpp"

#include <cstdlib>
#include <filesystem>
#include <utility>

#include "find_host.hpp"

namespace bridge32::client {

namespace {

#if defined(_WIN32)
constexpr const char* kLibraryPathVariable = "PATH";
constexpr char kListSeparator = ';';
#else
constexpr const char* kLibraryPathVariable = "LD_LIBRARY_PATH";
constexpr char kListSeparator = ':';
#endif

}  // namespace

os::ProcessOptions host_command(const BackendOptions& options, std::vector<std::string> arguments) {
    os::ProcessOptions process;
    process.executable = find_host(options.host_executable);
    process.arguments = std::move(arguments);
    for (const auto& folder : options.plugin_path.paths()) {
        process.arguments.insert(process.arguments.end(),
                                 {"--plugin-path", std::filesystem::absolute(folder).string()});
    }
    process.environment = options.environment;
    process.working_directory = options.working_directory;
    if (options.library_path.paths().empty()) return process;

    // The system's loader reads its variable once, when the host starts; it is what finds the
    // libraries that a library needs.
    std::string search;
    for (const auto& folder : options.library_path.paths()) {
        const std::string text = std::filesystem::absolute(folder).string();
        process.arguments.insert(process.arguments.end(), {"--library-path", text});
        search += (search.empty() ? "" : std::string(1, kListSeparator)) + text;
    }
    auto& variable = process.environment[kLibraryPathVariable];
    if (variable.empty()) {
        const char* inherited = std::getenv(kLibraryPathVariable);
        if (inherited != nullptr) variable = inherited;
    }
    if (!variable.empty()) search += kListSeparator + variable;
    variable = search;
    return process;
}

}  // namespace bridge32::client
