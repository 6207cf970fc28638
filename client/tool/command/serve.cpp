// bridge32 serve: runs a shared host.
#include <memory>

#include "tool/command/tool.hpp"
#include "tool/support/open_plugin.hpp"
#include "tool/support/programs.hpp"

namespace bridge32::tool {

namespace serve_command {
namespace {

struct Options {
    std::string name;
    std::vector<std::string> rest;
    std::vector<std::string> plugin_path;
    bool detach = false;
    int bits = 32;
};

int run(const Options& options) {
    std::vector<std::string> arguments{"--serve", options.name};
    if (options.detach) arguments.emplace_back("--detach");
    for (const auto& folder : options.plugin_path)
        arguments.insert(arguments.end(), {"--plugin-path", folder});
    arguments.insert(arguments.end(), options.rest.begin(), options.rest.end());
    return run_instead(find_host_executable(options.bits), arguments);
}

}  // namespace
}  // namespace serve_command

void add_serve(Tool& tool) {
    using namespace serve_command;
    auto options = std::make_shared<Options>();
    auto& command = tool.command("serve", "Run a shared host that clients connect to by name",
                                 [options] { return run(*options); });
    command.add_option("NAME", options->name, "The name that clients connect to")->required();
    command.add_option("OPTIONS", options->rest,
                       "After --: options of host32, such as --idle-timeout 60, --instances "
                       "shared, --library-path FOLDER, --allow PLUGIN; see host32 --help");
    add_plugin_path_option(command, options->plugin_path);
    command.add_flag("--detach", options->detach,
                     "Return once clients can connect; the host runs in the background");
    command.add_option("--bits", options->bits, "Run host32 or host64")
        ->check(CLI::IsMember({32, 64}))
        ->capture_default_str();
    command.footer(
        "  bridge32 serve lab --detach\n"
        "  bridge32 call --host lab my_lib add 1 2\n"
        "  bridge32 ps\n"
        "  bridge32 stop lab");
}

}  // namespace bridge32::tool
