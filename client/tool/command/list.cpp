// bridge32 list: the plugins that clients find.
#include <memory>

#include "bridge32/internal/text/path_text.hpp"
#include "tool/command/tool.hpp"
#include "tool/report/plugin_list.hpp"
#include "tool/support/open_plugin.hpp"

namespace bridge32::tool {

namespace list_command {
namespace {

namespace fs = std::filesystem;

struct Options {
    std::vector<std::string> plugin_path;
    bool allow_unsafe = false;
};

void show(Output& out, const std::vector<fs::path>& folders,
          const std::vector<FoundPlugin>& plugins) {
    std::vector<std::vector<std::string>> rows{{"plugin", "bits", "state", "built with", "file"}};
    for (const auto& plugin : plugins) {
        const bool good = plugin.state == "good";
        rows.push_back({plugin.name, std::to_string(plugin.bits),
                        out.styled(good ? Style::kGood : Style::kBad, plugin.state), plugin.sdk,
                        detail::utf8_of(plugin.path) +
                            (plugin.hidden ? "  (hidden by one in an earlier folder)" : "")});
    }
    if (!plugins.empty()) out.table(rows, true);
    for (const auto& plugin : plugins) {
        if (plugin.message.empty()) continue;
        out.line();
        out.paragraph(plugin.message, 4, out.bold(plugin.name) + ": ");
    }
    if (!plugins.empty()) out.line();
    out.line(plugins.empty() ? "No plugin was found. Folders searched:"
                             : "Folders searched, in order:");
    for (const auto& folder : folders) {
        std::error_code ignored;
        out.line("  " + detail::utf8_of(folder) +
                 (fs::is_directory(folder, ignored) ? "" : "  (does not exist)"));
    }
}

}  // namespace
}  // namespace list_command

void add_list(Tool& tool) {
    using namespace list_command;
    auto options = std::make_shared<Options>();
    auto& command = tool.command(
        "list", "List the plugins found, and whether they can be loaded", [&tool, options] {
            const auto folders = plugin_folders(options->plugin_path);
            auto plugins = find_plugins(folders);
            for (auto& plugin : plugins)
                check_plugin(plugin, options->allow_unsafe);
            Report report = {{"plugins", Report::array()}, {"folders", Report::array()}};
            for (const auto& plugin : plugins)
                report["plugins"].push_back(to_report(plugin));
            for (const auto& folder : folders)
                report["folders"].push_back(detail::utf8_of(folder));
            tool.print(report, [&] { show(tool.out(), folders, plugins); });
            return kExitOk;
        });
    add_plugin_path_option(command, options->plugin_path);
    command.add_flag("--allow-unsafe-plugins", options->allow_unsafe,
                     "Load plugins even if other users can write to the file or its folder");
    command.footer(
        "A host of the matching bitness loads each file, without making an instance. States: "
        "good;\n"
        "wrong ABI (built for another version of the plugin ABI); wrong bitness; refused (other\n"
        "users can write to it); crashes (loading it crashed the host); bad (it cannot be "
        "loaded).");
}

}  // namespace bridge32::tool
