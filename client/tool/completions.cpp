#include "completions.hpp"

#include "bridge32/detail/path_text.hpp"
#include "hosts.hpp"
#include "loading/plugin_folder.hpp"

namespace bridge32::tool {

namespace {

std::vector<std::string> plugins(const ConnectionOptions& options) {
    std::vector<std::filesystem::path> first;
    for (const auto& folder : options.plugin_path)
        first.push_back(detail::path_from_utf8(folder));
    const auto folders = loading::plugin_search_path(first, find_host_executable(32).parent_path());
    std::vector<std::string> names;
    for (const auto& folder : folders) {
        std::error_code error;
        for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end;
             it.increment(error)) {
            const std::string file = detail::utf8_of(it->path().filename());
            const std::string name = plugin_base_name(file);
            if (name != file && file.find(".b32.") != std::string::npos) names.push_back(name);
        }
    }
    return names;
}

std::vector<std::string> methods(ConnectionOptions options) {
    options.quiet = true;
    Client client = open_plugin(options);
    const Json about = client.describe();
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
