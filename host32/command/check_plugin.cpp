#include "host32/command/check_plugin.hpp"

#include <nlohmann/json.hpp>

#include "bridge32/error.hpp"
#include "bridge32/internal/text/path_text.hpp"
#include "bridge32/version.hpp"
#include "hosting/host_table.hpp"
#include "hosting/plugin_module.hpp"
#include "hosting/plugin_search.hpp"
#include "os/process.hpp"
#include "wire/layout.hpp"

namespace bridge32::host {

namespace {

using nlohmann::json;

json problem(const std::string& state, const std::exception& e) {
    return {{"state", state}, {"message", e.what()}};
}

json check(const std::filesystem::path& file, const hosting::PluginRules& rules,
           const std::filesystem::path& host_folder) {
    try {
        const auto plugin = hosting::find_plugin(detail::utf8_of(file),
                                                 hosting::plugin_search_path({}, host_folder));
        const auto module = hosting::PluginModule::load(plugin, rules, hosting::host_table({}));
        return {{"state", "good"},
                {"sdk", module->api().sdk_version == nullptr ? "" : module->api().sdk_version},
                {"abi_version", module->api().abi_version},
                {"threading", module->concurrent() ? "concurrent" : "main_thread"},
                {"instances", module->shared() ? "shared" : "own"}};
    } catch (const hosting::UnsafePlugin& e) {
        return problem("refused", e);
    } catch (const hosting::WrongAbi& e) {
        return problem("wrong_abi", e);
    } catch (const PluginError& e) {
        return problem("bad", e);
    }
}

}  // namespace

std::string check_plugin(const std::filesystem::path& file, const hosting::PluginRules& rules,
                         const std::filesystem::path& host_folder) {
    json result = check(file, rules, host_folder);
    result["path"] = detail::utf8_of(file);
    return result.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string about_this_build() {
    return json{{"version", BRIDGE32_VERSION},
                {"bits", os::own_bits()},
                {"wire_version", wire::kWireVersion},
                {"abi_version", BRIDGE32_ABI_VERSION}}
        .dump();
}

}  // namespace bridge32::host
