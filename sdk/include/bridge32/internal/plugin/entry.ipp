// The entry of a plugin and what it returns: the functions of plugin.hpp. Part of the plugin
// runtime.
#pragma once

#include "bridge32/internal/plugin/context.ipp"
#include "bridge32/internal/plugin/instance.ipp"
#include "bridge32/internal/protocol/create.hpp"

namespace bridge32 {

BRIDGE32_DETAIL_PLUGIN Plugin::Plugin() : members_(std::make_unique<detail::Members>()) {}

BRIDGE32_DETAIL_PLUGIN Plugin::~Plugin() = default;

namespace detail {

BRIDGE32_DETAIL_PLUGIN Registered add_member(Members& members, std::unique_ptr<Member> member) {
    return Registered(members.add(std::move(member)));
}

BRIDGE32_DETAIL_PLUGIN void set_concurrent(Members& members) { members.set_concurrent(); }

BRIDGE32_DETAIL_PLUGIN void set_types(Members& members, std::function<Json()> types) {
    members.set_types(std::move(types));
}

BRIDGE32_DETAIL_PLUGIN void throw_no_base(const std::string& method, const std::type_info& type) {
    throw PluginError("method " + method + ": it is a member function of " + type_text(type) +
                      ", which is not a base of the plugin");
}

BRIDGE32_DETAIL_PLUGIN void require_no_kwargs(const Json& kwargs) {
    if (!kwargs.empty()) {
        throw PluginError("the plugin takes no kwargs, but got " + json_text(kwargs));
    }
}

/// What `create` is given.
struct CreateRequest {
    std::string name;
    std::string path;
    std::string folder;
    Json kwargs = Json::object();
    Json structs = Json::object();  // how the client lays out its structs
    std::string instances;          // what the host says: "shared", "own", or nothing
};

BRIDGE32_DETAIL_PLUGIN CreateRequest parse_create(const bridge32_request& request) {
    protocol::CreateView view;
    view.read(text_of(request));
    CreateRequest parsed{view.name,
                         view.path,
                         view.folder,
                         decode<Json>(view.kwargs, attachments_of(request)),
                         decode<Json>(view.structs, attachments_of(request)),
                         view.instances};
    if (parsed.kwargs.is_null()) {
        parsed.kwargs = Json::object();
    }
    return parsed;
}

/// Why there is no instance, from the exception that is being handled. All of them are
/// PluginErrors for the client.
BRIDGE32_DETAIL_PLUGIN Failure create_failure(const CreateRequest& create) {
    const auto kwargs = [&] { return json_text(create.kwargs).substr(0, 300); };
    const std::string constructor = "the constructor of " + create.name;
    Failure failure = current_failure();
    try {
        throw;
    } catch (const PluginError&) {
    } catch (const Json::exception& error) {
        failure.message = constructor + " failed on its kwargs: " + from_nlohmann(error).message() +
                          " (kwargs: " + kwargs() + ")";
    } catch (...) {
        failure.message = constructor + " threw " + text_of(failure);
    }
    return {"PluginError", failure.message, create.name, 0};
}

/// Makes the host known to what the constructor uses. These change only when an instance comes
/// from another host, so that calls on other threads may read them.
BRIDGE32_DETAIL_PLUGIN void set_host(const bridge32_host& its_host, const std::string& folder) {
    if (host != &its_host) {
        host = &its_host;
    }
    if (plugin_folder != folder) {
        plugin_folder = folder;
    }
}

/// Who uses the instance: the class's own wish, unless the host decides.
BRIDGE32_DETAIL_PLUGIN Instances instances_of(const CreateRequest& create, Instances wish) {
    if (create.instances == "shared") {
        return Instances::shared;
    }
    return create.instances == "own" ? Instances::per_client : wish;
}

BRIDGE32_DETAIL_PLUGIN bridge32_instance* create_instance(const bridge32_host& its_host,
                                                          bridge32_call* call,
                                                          const bridge32_request& request,
                                                          const PluginClass& its_class) noexcept {
    OwnCode own(OwnCode::FromHost{});
    try {
        CreateRequest create;
        try {
            try {
                create = parse_create(request);
            } catch (const std::exception& error) {
                throw PluginError("the kwargs cannot be read: " + std::string(error.what()));
            }
            if (!create.kwargs.is_object()) {
                throw PluginError("kwargs must be a JSON object, not " +
                                  json_text(create.kwargs).substr(0, 300));
            }
            if (const std::string difference = compare_structs(create.structs);
                !difference.empty()) {
                throw PluginError("the plugin " + create.name +
                                  " and the client lay out a struct differently: " + difference);
            }
            set_host(its_host, create.folder);
            FpuWords fpu = own.interrupted().fpu;  // the platform's, or of a linked library
            if (its_class.x87_control_word != 0) {
                fpu.x87 = its_class.x87_control_word;
            }
            auto instance = std::make_unique<bridge32_instance>(
                its_host, create.name, create.path, its_class.threading,
                instances_of(create, its_class.instances), fpu);
            ForeignState& foreign = instance->foreign.of_this_thread();
            CallScope scope(its_host, call, instance.get(), foreign);
            const CallHandles handles(*instance->handles, scope, false);
            try {
                const ForeignCode constructor(foreign);
                instance->plugin.reset(its_class.construct(create.kwargs));
            } catch (...) {
                instance->handles->close();  // what an event has told the client of
                throw;
            }
            PluginAccess::members(*instance->plugin).close();
            return instance.release();
        } catch (...) {
            send_failure(its_host, call, create_failure(create));
        }
    } catch (...) {
        send_failure(its_host, call, {"PluginError", "the plugin is out of memory", "", 0});
    }
    return nullptr;
}

BRIDGE32_DETAIL_PLUGIN void BRIDGE32_ABI call(bridge32_instance* instance, bridge32_call* call,
                                              const bridge32_request* request) noexcept {
    instance->serve(PluginAccess::members(*instance->plugin), call, *request);
}

BRIDGE32_DETAIL_PLUGIN void BRIDGE32_ABI shutdown(bridge32_instance* instance) noexcept {
    const OwnCode own(OwnCode::FromHost{});
    try {
        const ForeignCode foreign(instance->foreign.of_this_thread());
        instance->plugin->on_shutdown();
    } catch (...) {
        log_failure(instance->host, "on_shutdown of", instance->name);
    }
    instance->handles->close();
}

BRIDGE32_DETAIL_PLUGIN void BRIDGE32_ABI destroy(bridge32_instance* instance) noexcept {
    const OwnCode own(OwnCode::FromHost{});
    {
        const ForeignCode foreign(instance->foreign.of_this_thread());
        instance->plugin.reset();
    }
    delete instance;
}

/// An instance that serves one client only goes with it.
BRIDGE32_DETAIL_PLUGIN void BRIDGE32_ABI client_gone(bridge32_instance* instance,
                                                     std::uint64_t client_id) noexcept {
    const OwnCode own(OwnCode::FromHost{});
    instance->handles->owner_gone(client_id);
}

BRIDGE32_DETAIL_PLUGIN std::int32_t BRIDGE32_ABI
is_concurrent(bridge32_instance* instance) noexcept {
    const OwnCode own(OwnCode::FromHost{});
    return PluginAccess::members(*instance->plugin).concurrent() ? 1 : 0;
}

BRIDGE32_DETAIL_PLUGIN const void* BRIDGE32_ABI get_extension(const char* id) noexcept {
    static constexpr bridge32_plugin_clients kClients{sizeof(bridge32_plugin_clients), client_gone};
    static constexpr bridge32_plugin_threading kThreading{sizeof(bridge32_plugin_threading),
                                                          is_concurrent};
    if (std::string_view(id) == BRIDGE32_PLUGIN_THREADING) {
        return &kThreading;
    }
    return std::string_view(id) == BRIDGE32_PLUGIN_CLIENTS ? &kClients : nullptr;
}

}  // namespace detail
}  // namespace bridge32
