// A loaded plugin file and its instances.
#pragma once

#include <boost/dll/shared_library.hpp>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "bridge32/error.hpp"
#include "bridge32/internal/support/foreign_code.hpp"
#include "bridge32/plugin.h"
#include "hosting/host_table.hpp"
#include "hosting/plugin_rules.hpp"
#include "hosting/plugin_search.hpp"
#include "hosting/unload_guard.hpp"

namespace bridge32::hosting {

/// The plugin was built for another version of the C ABI.
struct WrongAbi : PluginError {
    using PluginError::PluginError;
};

/// A loaded plugin. Unloaded with its last instance, unless it left something behind: see
/// UnloadGuard.
class PluginModule {
public:
    /// Loads the plugin, or the one that serves the interface file, through Boost.DLL, from where
    /// `rules` let it (see require_safe), and checks what it exports. Throws PluginError: not a
    /// library, wrong bitness, a missing dependency (which), no plugin, wrong ABI version.
    /// `generation`: see load_path; it is that of `plugin.module`.
    static std::shared_ptr<const PluginModule> load(const PluginFile& plugin,
                                                    const PluginRules& rules,
                                                    const bridge32_host& host,
                                                    unsigned generation = 0);

    PluginModule(const PluginModule&) = delete;
    PluginModule& operator=(const PluginModule&) = delete;
    ~PluginModule();

    /// The plugin or interface file, as it was found, links and all.
    const std::filesystem::path& file() const noexcept { return file_; }
    /// The plugin's name: the file name without its suffix.
    const std::string& name() const noexcept { return name_; }
    const bridge32_plugin& api() const noexcept { return *api_; }
    const bridge32_host& host() const noexcept { return *host_; }
    bool shared() const noexcept { return (api_->flags & BRIDGE32_PLUGIN_SHARED) != 0; }
    bool concurrent() const noexcept { return (api_->flags & BRIDGE32_PLUGIN_CONCURRENT) != 0; }
    bool is_guarded() const noexcept { return (api_->flags & BRIDGE32_PLUGIN_GUARDED) != 0; }
    /// What the constructors of the plugin and the libraries that it is linked with have left.
    const detail::FpuWords& fpu() const noexcept { return loaded_.fpu; }
    bool wants_apartment() const noexcept { return (api_->flags & BRIDGE32_PLUGIN_STA) != 0; }

private:
    PluginModule() = default;

    UnloadGuard guard_;
    boost::dll::shared_library library_;
    detail::ForeignState loaded_;
    std::filesystem::path file_;
    std::string name_;
    const bridge32_plugin* api_ = nullptr;
    const bridge32_host* host_ = nullptr;
};

/// What an instance is constructed with.
struct CreateArguments {
    std::string_view kwargs = "{}";   ///< the JSON text of an object
    std::string_view structs = "{}";  ///< the layouts of the client's structs, likewise
    std::span<const bridge32_attachment> attachments = {};  ///< that `kwargs` refers to
    std::shared_ptr<ClientPort> client = nullptr;           ///< whom the constructor works for
    std::uint64_t call_id = 0;   ///< the number that the client gave to the opening
    std::string instances = {};  ///< "shared" or "own"; empty: as the plugin wishes
};

/// One instance of a plugin: constructed, shut down and destroyed before its module is unloaded.
class PluginInstance {
public:
    /// Constructs the plugin. Throws PluginError with its error. Main thread.
    static std::shared_ptr<PluginInstance> create(std::shared_ptr<const PluginModule> module,
                                                  const CreateArguments& arguments);

    PluginInstance(const PluginInstance&) = delete;
    PluginInstance& operator=(const PluginInstance&) = delete;
    /// Runs on_shutdown, then the destructor. Main thread.
    ~PluginInstance();

    const PluginModule& module() const noexcept { return *module_; }
    /// Calls may run on any thread, and at the same time.
    bool concurrent() const noexcept { return concurrent_; }
    /// Serves one request; the reply goes to `call`. If the plugin sends none, an error is sent.
    void call(bridge32_call& call, const bridge32_request& request);
    /// The client with that id makes no more calls. Main thread.
    void client_gone(std::uint64_t client_id) noexcept;

private:
    bool is_concurrent() const;
    PluginInstance(std::shared_ptr<const PluginModule> module, bridge32_instance* instance,
                   std::unique_ptr<detail::ForeignStates> foreign) noexcept
        : module_(std::move(module)), instance_(instance), foreign_(std::move(foreign)) {}

    std::shared_ptr<const PluginModule> module_;
    bridge32_instance* instance_;
    std::unique_ptr<detail::ForeignStates> foreign_;
    bool concurrent_ = false;
};

}  // namespace bridge32::hosting
