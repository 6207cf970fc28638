#include "hosting/plugin_module.hpp"

#include <deque>
#include <system_error>
#include <utility>
#include <vector>

#include "base/names.hpp"
#include "binary/dependencies.hpp"
#include "binary/load_failure.hpp"
#include "bridge32/error.hpp"
#include "bridge32/internal/library/load_module.hpp"
#include "bridge32/internal/protocol/create.hpp"
#include "hosting/also_named.hpp"
#include "hosting/plugin_file.hpp"
#include "os/path.hpp"
#include "protocol/throw_failure.hpp"

namespace bridge32::hosting {

namespace fs = std::filesystem;

namespace {

using os::utf8_of;

constexpr const char* kEntry = "bridge32_plugin_entry";

/// The members that every version of the ABI has are checked before any other is read.
void check(const bridge32_plugin* api, const std::string& file) {
    if (api == nullptr)
        throw PluginError(file + " is not a plugin: bridge32_plugin_entry returned null");
    if (api->abi_version != BRIDGE32_ABI_VERSION) {
        throw WrongAbi(
            "the plugin " + file + " was built for version " + std::to_string(api->abi_version) +
            " of the plugin ABI; this host has version " + std::to_string(BRIDGE32_ABI_VERSION) +
            ". Rebuild the plugin with the headers of this bridge32");
    }
    if (api->struct_size < sizeof(bridge32_plugin) || api->create == nullptr ||
        api->call == nullptr || api->shutdown == nullptr || api->destroy == nullptr) {
        throw PluginError("the plugin " + file + " has an incomplete table of functions (" +
                          std::to_string(api->struct_size) +
                          " bytes; needed: " + std::to_string(sizeof(bridge32_plugin)) + ")");
    }
}

constexpr unsigned kMostSteps = 8;  // of libraries that need each other

/// Loads `file` under the name `load_as`. What it is linked to is looked for in `folder` too, where
/// Linux looks only if the file says so (RUNPATH): loaded from there first, it is found by its
/// name. Each neighbour must be as safe as the plugin.
void load_with_neighbours(boost::dll::shared_library& module, const fs::path& file,
                          const fs::path& load_as, const fs::path& folder, const PluginRules& rules,
                          unsigned step = 0) {
    try {
        // Bound at once: a plugin with a missing symbol fails here, and not in the middle of a
        // call. Local: two plugins never mix up functions of the same name.
        return detail::load_module(module, load_as, false, false);
    } catch (const std::system_error&) {
        std::vector<fs::path> found;
        binary::walk_dependencies(file, binary::read_image(file), [&](const auto& dependency) {
            const fs::path neighbour = folder / os::path_from_utf8(dependency.name);
            const bool missing = !dependency.found.already_loaded && dependency.found.path.empty();
            if (missing && os::is_bare_name(os::path_from_utf8(dependency.name)) &&
                binary::is_loadable(binary::read_image(neighbour))) {
                found.push_back(neighbour);
            }
            return true;
        });
        if (found.empty() || step == kMostSteps) throw;
        std::vector<boost::dll::shared_library> neighbours(found.size());
        std::deque<AlsoNamed> names;
        for (std::size_t i = 0; i < found.size(); ++i) {
            const auto closed = require_safe(found[i], rules);
            load_with_neighbours(neighbours[i], found[i], closed.path, folder, rules, step + 1);
            names.emplace_back(neighbours[i], found[i].filename().string());
        }
        detail::load_module(module, load_as, false, false);  // it holds them now
    }
}

/// Catches what a plugin's constructor answers.
struct CreateCall : bridge32_call {
    CreateCall(std::shared_ptr<ClientPort> client, std::uint64_t call_id)
        : client_(std::move(client)), call_id_(call_id) {}

    std::string answer;

    std::shared_ptr<ClientPort> client() noexcept override { return client_; }
    std::uint64_t call_id() const noexcept override { return call_id_; }

    std::int32_t reply(std::string_view json,
                       std::span<const bridge32_attachment>) noexcept override {
        if (std::exchange(replied, true)) return BRIDGE32_ALREADY_REPLIED;
        try {
            answer = json;
        } catch (...) {
            return BRIDGE32_NOT_SENT;
        }
        return BRIDGE32_OK;
    }

private:
    std::shared_ptr<ClientPort> client_;
    std::uint64_t call_id_;
};

/// The thread computes as those of a host do. In a client's own process it need not, and what the
/// plugin calls back must find what it left.
bool computes_as_usual() noexcept {
    constexpr std::uint32_t kExceptions = 0x3f;  // that have come up, in MXCSR
    const detail::FpuWords usual;
    const detail::FpuWords words = detail::fpu_words();
    return (words.mxcsr & ~kExceptions) == usual.mxcsr && words.x87 == usual.x87;
}

}  // namespace

std::shared_ptr<const PluginModule> PluginModule::load(const PluginFile& plugin,
                                                       const PluginRules& rules,
                                                       const bridge32_host& host,
                                                       unsigned generation) {
    std::shared_ptr<PluginModule> module(new PluginModule);
    if (plugin.is_interface()) require_safe(plugin.file, rules);
    const fs::path& file = plugin.module;
    const auto closed = require_safe(file, rules);
    const std::string damage = binary::explain_load_failure(file, file.parent_path(), {}, {});
    if (!damage.empty()) throw PluginError("cannot load the plugin: " + damage);
    try {
        const detail::ForeignCode constructors(module->loaded_);
        load_with_neighbours(module->library_, file, load_path(closed.path, generation),
                             file.parent_path(), rules);
    } catch (const std::system_error& e) {
        throw PluginError(
            "cannot load the plugin: " +
            binary::explain_load_failure(file, file.parent_path(), {}, detail::load_error(e)));
    }
    loaded();
    if (!module->library_.has(kEntry)) {
        throw PluginError(utf8_of(file) + " is not a bridge32 plugin: it does not export " +
                          kEntry + ". Add BRIDGE32_PLUGIN(YourClass) to its source");
    }
    const auto entry = module->library_.get<decltype(bridge32_plugin_entry)>(kEntry);
    {
        const detail::ForeignCode foreign(module->loaded_);
        module->api_ = entry(BRIDGE32_ABI_VERSION);
    }
    check(module->api_, utf8_of(file));
    module->file_ = plugin.file;
    module->name_ = utf8_of(plugin.file.filename());
    module->name_.resize(module->name_.size() - (plugin.is_interface() ? kInterfaceSuffix.size()
                                                                       : plugin_suffix().size()));
    module->host_ = &host;
    return module;
}

PluginModule::~PluginModule() {
    if (!library_.is_loaded()) return;
    std::error_code error;
    const fs::path loaded_file = library_.location(error);
    guard_.before_unload(error ? file_ : loaded_file);
    const detail::ForeignCode destructors(loaded_);
    library_.unload();
}

std::shared_ptr<PluginInstance> PluginInstance::create(std::shared_ptr<const PluginModule> module,
                                                       const CreateArguments& arguments) {
    const std::string json = protocol::create_text(
        {module->name(), utf8_of(module->file()), utf8_of(module->file().parent_path())},
        arguments.kwargs, arguments.structs, arguments.instances);
    const auto attachments = arguments.attachments;
    const bridge32_request request{sizeof(bridge32_request),
                                   0,
                                   0,
                                   json.data(),
                                   static_cast<std::uint32_t>(json.size()),
                                   static_cast<std::uint32_t>(attachments.size()),
                                   attachments.data()};
    CreateCall call(arguments.client, arguments.call_id);
    auto foreign = std::make_unique<detail::ForeignStates>(module->fpu());
    bridge32_instance* instance = nullptr;
    {
        const detail::ForeignCode running(foreign->of_this_thread());
        instance = module->api().create(&module->host(), &call, &request);
    }
    loaded();
    if (instance == nullptr) {
        if (call.answer.empty()) {
            throw PluginError("the plugin " + module->name() +
                              " created no instance and sent no error");
        }
        protocol::throw_failure(protocol::read_error(call.answer));
    }
    std::shared_ptr<PluginInstance> made(
        new PluginInstance(std::move(module), instance, std::move(foreign)));
    made->concurrent_ = made->is_concurrent();
    return made;
}

bool PluginInstance::is_concurrent() const {
    if (module_->concurrent() || module_->api().get_extension == nullptr) {
        return module_->concurrent();
    }
    const detail::ForeignCode foreign(foreign_->of_this_thread());
    const auto* const threading = static_cast<const bridge32_plugin_threading*>(
        module_->api().get_extension(BRIDGE32_PLUGIN_THREADING));
    return threading != nullptr && threading->concurrent(instance_) != 0;
}

PluginInstance::~PluginInstance() {
    const detail::ForeignCode foreign(foreign_->of_this_thread());
    module_->api().shutdown(instance_);
    module_->api().destroy(instance_);
}

void PluginInstance::client_gone(std::uint64_t client_id) noexcept {
    if (module_->api().get_extension == nullptr) return;
    const detail::ForeignCode foreign(foreign_->of_this_thread());
    const auto* const clients = static_cast<const bridge32_plugin_clients*>(
        module_->api().get_extension(BRIDGE32_PLUGIN_CLIENTS));
    if (clients != nullptr) clients->client_gone(instance_, client_id);
}

void PluginInstance::call(bridge32_call& call, const bridge32_request& request) {
    if (module_->is_guarded() && computes_as_usual()) {
        module_->api().call(instance_, &call, &request);
    } else {
        const detail::ForeignCode foreign(foreign_->of_this_thread());
        module_->api().call(instance_, &call, &request);
    }
    if (call.replied) return;
    call.reply(protocol::error_text({"PluginError", "the plugin " + module_->name() +
                                                        " sent no reply to this call"}),
               {});
}

}  // namespace bridge32::hosting
