#include "tool/support/completions.hpp"

#include "tool/command/hosts.hpp"
#include "tool/report/description.hpp"
#include "tool/report/plugin_list.hpp"

namespace bridge32::tool {

namespace {

std::vector<std::string> plugins(const ConnectionOptions& options) {
    std::vector<std::string> names;
    for (const auto& plugin : find_plugins(plugin_folders(options.plugin_path))) {
        if (plugin.bits == 32 && !plugin.hidden) names.push_back(plugin.name);
    }
    return names;
}

std::vector<std::string> methods(ConnectionOptions options) {
    options.quiet = true;
    Client client = open_plugin(options);
    const Json about = describe(client);
    client.shutdown();
    std::vector<std::string> names;
    for (const char* kind : {"methods", "properties"}) {
        for (const auto& member : about.value(kind, Json::array()))
            names.push_back(member.value("name", ""));
    }
    return names;
}

}  // namespace

std::vector<std::string> completions(const CompletionOptions& options) {
    if (options.what == "plugins") return plugins(options.connection);
    if (options.what == "methods") return methods(options.connection);
    std::vector<std::string> names;
    for (const auto& host : list_hosts())
        names.push_back(host.name);
    return names;
}

}  // namespace bridge32::tool
