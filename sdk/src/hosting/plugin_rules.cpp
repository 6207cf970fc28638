#include "hosting/plugin_rules.hpp"

#include <algorithm>

#include "bridge32/error.hpp"
#include "os/file_access.hpp"
#include "os/path.hpp"

namespace bridge32::hosting {

void require_allowed(std::string_view name, const PluginRules& rules) {
    const auto& allowed = rules.allowed;
    if (allowed.empty() || std::find(allowed.begin(), allowed.end(), name) != allowed.end()) return;
    std::string list;
    for (const auto& each : allowed)
        list += (list.empty() ? "" : ", ") + each;
    throw PluginError("the plugin \"" + std::string(name) +
                      "\" is not allowed: this host was started with --allow for " + list +
                      " only");
}

void require_safe(const std::filesystem::path& file, const PluginRules& rules) {
    if (rules.allow_unsafe) return;
    const auto writer = os::foreign_writer(file);
    if (!writer) return;
    throw PluginError("the plugin " + os::utf8_of(file) +
                      " is not loaded because other users could replace it: " +
                      os::utf8_of(writer.path) + ": " + writer.who + ". Either " + writer.remedy +
                      ", or, if you trust these users, set ClientOptions::allow_unsafe_plugins "
                      "(host32 --allow-unsafe-plugins)");
}

}  // namespace bridge32::hosting
