#include "hosting/plugin_rules.hpp"

#include <algorithm>

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

os::ClosedPath require_safe(const std::filesystem::path& file, const PluginRules& rules,
                            const char* what) {
    const std::string the_plugin = "the " + std::string(what) + " " + os::utf8_of(file);
    if (const auto kind = os::kind_unless_regular(file); !kind.empty()) {
        throw UnsafePlugin(the_plugin + " cannot be loaded: it is " + kind +
                           ", not a regular file. Remove it, or correct the path");
    }
    if (rules.allow_unsafe) return {file};
    auto closed = os::closed_file(file);
    if (closed) return closed;
    const bool known = closed.refusal == os::ClosedPath::Refusal::kForeign;
    throw UnsafePlugin(the_plugin +
                       (known ? " is not loaded because other users could replace it: "
                              : " is not loaded because it cannot be told who could replace it: ") +
                       closed.text() + ". Either " + closed.remedy +
                       ", or, if you trust these users, set ClientOptions::allow_unsafe_plugins "
                       "(host32 --allow-unsafe-plugins)");
}

}  // namespace bridge32::hosting
