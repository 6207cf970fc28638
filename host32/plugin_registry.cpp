#include "plugin_registry.hpp"

#include "loading/plugin_folder.hpp"
#include "os/message_pump.hpp"

namespace bridge32::host {

std::shared_ptr<loading::PluginInstance> PluginRegistry::open(
    std::string_view name, const loading::CreateArguments& arguments) {
    const auto file = loading::find_plugin(name, plugin_path_);
    if (auto instance = shared_[file].lock()) return instance;
    auto module = modules_[file].lock();
    if (module == nullptr) {
        module = loading::PluginModule::load(file, host_);
        modules_[file] = module;
    }
    if (module->wants_apartment()) os::enter_apartment();
    auto instance = loading::PluginInstance::create(module, arguments);
    if (module->shared()) shared_[file] = instance;
    return instance;
}

}  // namespace bridge32::host
