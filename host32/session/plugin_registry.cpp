#include "host32/session/plugin_registry.hpp"

#include "hosting/plugin_search.hpp"
#include "os/message_pump.hpp"

namespace bridge32::host {

std::shared_ptr<hosting::PluginInstance> PluginRegistry::open(std::string_view name,
                                                              hosting::CreateArguments arguments) {
    hosting::require_allowed(name, rules_);
    const auto plugin = hosting::find_plugin(name, plugin_path_);
    // All clients share a live instance, even if the file was replaced meanwhile.
    if (auto instance = shared_[plugin.file].lock()) return instance;
    const auto module = load(plugin);
    if (module->wants_apartment()) os::enter_apartment();
    if (instances_) arguments.instances = instances_ == InstancesFor::kShared ? "shared" : "own";
    auto instance = hosting::PluginInstance::create(module, arguments);
    const bool shared = instances_ ? instances_ == InstancesFor::kShared : module->shared();
    if (shared) shared_[plugin.file] = instance;
    return instance;
}

std::shared_ptr<const hosting::PluginModule> PluginRegistry::load(
    const hosting::PluginFile& plugin) {
    const auto identity = hosting::identify(plugin.module);
    const auto [found, is_new] = modules_.try_emplace(plugin.file);
    Loaded& loaded = found->second;
    if (!is_new && loaded.identity != identity) {
        ++loaded.generation;
        loaded.module.reset();
    }
    loaded.identity = identity;
    if (auto module = loaded.module.lock()) return module;
    auto module = hosting::PluginModule::load(plugin, rules_, host_, loaded.generation);
    loaded.module = module;
    return module;
}

}  // namespace bridge32::host
