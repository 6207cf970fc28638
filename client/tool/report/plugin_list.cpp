#include "tool/report/plugin_list.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/names.hpp"
#include "binary/image.hpp"
#include "bridge32/error.hpp"
#include "bridge32/internal/text/path_text.hpp"
#include "tool/support/open_plugin.hpp"
#include "tool/support/programs.hpp"

namespace bridge32::tool {

namespace {

namespace fs = std::filesystem;
using detail::utf8_of;

}  // namespace

void check_plugin(FoundPlugin& plugin, bool allow_unsafe) {
    const bool is_interface = plugin.path.extension() == kInterfaceSuffix;
    const auto image = is_interface ? binary::Image() : binary::read_image(plugin.path);
    if (image.bits != 0 && image.bits != plugin.bits) {
        plugin.state = "wrong bitness";
        plugin.message = "It is " + image.description + ", but its name says " +
                         std::to_string(plugin.bits) + "-bit: rebuild or rename it.";
        return;
    }
    std::vector<std::string> arguments{"--check-plugin", utf8_of(plugin.path)};
    if (allow_unsafe) arguments.emplace_back("--allow-unsafe-plugins");
    Ran ran;
    try {
        ran = run_captured(find_host_executable(plugin.bits, allow_unsafe), arguments);
    } catch (const StartupError& e) {
        ran.err = e.what();
    }
    const auto end = ran.out.rfind("\n{");  // the plugin's own output comes first
    const Report answer = Report::parse(end == std::string::npos ? ran.out : ran.out.substr(end),
                                        nullptr, /*allow_exceptions=*/false);
    if (answer.is_object() && answer.contains("state")) {
        plugin.state = answer.value("state", "bad");
        if (plugin.state == "wrong_abi") plugin.state = "wrong ABI";
        plugin.message = answer.value("message", "");
        plugin.sdk = answer.value("sdk", "");
    } else if (ran.started && ran.code < 0) {
        plugin.state = "crashes";
        plugin.message = "Loading it crashed the host: " + ran.ended + ".";
    } else {
        plugin.state = "not checked";
        plugin.message = ran.err.empty() ? "The host did not answer." : ran.err;
    }
}

std::vector<FoundPlugin> find_plugins(const std::vector<fs::path>& folders) {
    std::vector<FoundPlugin> plugins;
    std::set<std::pair<std::string, int>> seen;
    const std::pair<std::string, int> suffixes[] = {
        {plugin_suffix(32), 32}, {plugin_suffix(64), 64}, {std::string(kInterfaceSuffix), 32}};
    for (const auto& folder : folders) {
        std::vector<FoundPlugin> here;
        std::error_code error;
        for (fs::directory_iterator it(folder, error), end; !error && it != end;
             it.increment(error)) {
            const std::string file = utf8_of(it->path().filename());
            for (const auto& [suffix, bits] : suffixes) {
                if (file.size() <= suffix.size() || !file.ends_with(suffix)) continue;
                FoundPlugin plugin;
                plugin.name = file.substr(0, file.size() - suffix.size());
                plugin.bits = bits;
                plugin.path = it->path();
                here.push_back(std::move(plugin));
            }
        }
        std::sort(here.begin(), here.end(), [](const auto& a, const auto& b) {
            return std::make_pair(a.name, a.bits) < std::make_pair(b.name, b.bits);
        });
        for (auto& plugin : here) {
            plugin.hidden = !seen.insert({plugin.name, plugin.bits}).second;
            plugins.push_back(std::move(plugin));
        }
    }
    return plugins;
}

Report to_report(const FoundPlugin& plugin) {
    Report report = {{"name", plugin.name},
                     {"bits", plugin.bits},
                     {"path", utf8_of(plugin.path)},
                     {"state", plugin.state}};
    if (!plugin.sdk.empty()) report["sdk"] = plugin.sdk;
    if (!plugin.message.empty()) report["message"] = plugin.message;
    if (plugin.hidden) report["hidden"] = true;
    return report;
}

}  // namespace bridge32::tool
