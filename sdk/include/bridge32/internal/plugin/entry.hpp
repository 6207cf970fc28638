// The functions behind the C ABI, for a plugin class. Included by plugin.hpp.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "bridge32/internal/plugin/instance.hpp"
#include "bridge32/internal/protocol/create.hpp"
#include "bridge32/plugin.hpp"

namespace bridge32::detail {

/// Converts to what a constructor from kwargs takes, and to nothing else: a Json itself would
/// also convert to std::string, int and so on.
struct KwargsProbe {
    operator const Json&() const;
};

/// What `create` needs to know of a plugin's class.
struct PluginClass {
    Plugin* (*construct)(const Json& kwargs);
    Threading threading;
    Instances instances;
};

template <class Class>
Plugin* construct(const Json& kwargs) {
    if constexpr (std::is_constructible_v<Class, KwargsProbe>) {
        return new Class(kwargs);
    } else {
        static_assert(std::is_default_constructible_v<Class>,
                      "a plugin class needs a public constructor: from `const bridge32::Json&`, "
                      "the client's kwargs, or without parameters");
        if (!kwargs.empty()) {
            throw PluginError("the plugin takes no kwargs, given were " + kwargs.dump());
        }
        return new Class();
    }
}

/// What `create` is given.
struct CreateRequest {
    std::string name;
    std::string folder;
    Json kwargs = Json::object();
    Json structs = Json::object();  // how the client lays out its structs
    std::string instances;          // what the host says: "shared", "own", or nothing
};

inline CreateRequest parse_create(const bridge32_request& request) {
    protocol::CreateView view;
    view.read(text_of(request));
    CreateRequest parsed{view.name, view.folder, decode<Json>(view.kwargs, attachments_of(request)),
                         decode<Json>(view.structs, attachments_of(request)), view.instances};
    if (parsed.kwargs.is_null()) {
        parsed.kwargs = Json::object();
    }
    return parsed;
}

/// Why there is no instance, from the exception that is being handled. All of them are
/// PluginErrors for the client.
inline Failure create_failure(const CreateRequest& create) {
    const auto kwargs = [&] {
        return create.kwargs.dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, 300);
    };
    const std::string constructor = "the constructor of " + create.name;
    Failure failure = current_failure();
    try {
        throw;
    } catch (const PluginError&) {
    } catch (const Json::exception& error) {
        failure.message = constructor +
                          " did not get along with its kwargs: " + from_nlohmann(error).message() +
                          " (kwargs: " + kwargs() + ")";
    } catch (...) {
        failure.message = constructor + " threw " + text_of(failure);
    }
    return {"PluginError", failure.message, create.name, 0};
}

/// Makes the host known to what the constructor uses. These change only when an instance comes
/// from another host, so that calls on other threads may read them.
inline void set_host(const bridge32_host& its_host, const std::string& folder) {
    if (host != &its_host) {
        host = &its_host;
    }
    if (plugin_folder != folder) {
        plugin_folder = folder;
    }
}

/// Who uses the instance: the class's own wish, unless the host decides.
inline Instances instances_of(const CreateRequest& create, Instances wish) {
    if (create.instances == "shared") {
        return Instances::shared;
    }
    return create.instances == "own" ? Instances::per_client : wish;
}

inline bridge32_instance* create_instance(const bridge32_host& its_host, bridge32_call* call,
                                          const bridge32_request& request,
                                          const PluginClass& its_class) noexcept {
    try {
        CreateRequest create;
        try {
            try {
                create = parse_create(request);
            } catch (const std::exception& error) {
                throw PluginError("the kwargs cannot be read: " + std::string(error.what()));
            }
            if (!create.kwargs.is_object()) {
                throw PluginError("kwargs are named arguments, an object; given was " +
                                  create.kwargs.dump().substr(0, 300));
            }
            if (const std::string difference = compare_structs(create.structs);
                !difference.empty()) {
                throw PluginError("the plugin " + create.name +
                                  " and the client lay out a struct differently: " + difference);
            }
            set_host(its_host, create.folder);
            auto instance =
                std::make_unique<bridge32_instance>(its_host, create.name, its_class.threading,
                                                    instances_of(create, its_class.instances));
            CallScope scope(its_host, call, instance.get());
            const CallHandles handles(*instance->handles, scope, false);
            try {
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

template <class Class>
bridge32_instance* BRIDGE32_ABI create(const bridge32_host* its_host, bridge32_call* call,
                                       const bridge32_request* request) noexcept {
    return create_instance(*its_host, call, *request,
                           {construct<Class>, Class::threading, Class::instances});
}

inline void BRIDGE32_ABI call(bridge32_instance* instance, bridge32_call* call,
                              const bridge32_request* request) noexcept {
    instance->serve(PluginAccess::members(*instance->plugin), call, *request);
}

inline void BRIDGE32_ABI shutdown(bridge32_instance* instance) noexcept {
    try {
        instance->plugin->on_shutdown();
    } catch (...) {
        log_failure(instance->host, "on_shutdown of", instance->name);
    }
    instance->handles->close();
}

inline void BRIDGE32_ABI destroy(bridge32_instance* instance) noexcept { delete instance; }

/// An instance that serves one client only goes with it.
inline void BRIDGE32_ABI client_gone(bridge32_instance* instance,
                                     std::uint64_t client_id) noexcept {
    instance->handles->owner_gone(client_id);
}

inline const void* BRIDGE32_ABI get_extension(const char* id) noexcept {
    static constexpr bridge32_plugin_clients kClients{sizeof(bridge32_plugin_clients), client_gone};
    return std::string_view(id) == BRIDGE32_PLUGIN_CLIENTS ? &kClients : nullptr;
}

/// What the entry of the plugin `Class` returns.
template <class Class>
constexpr bridge32_plugin plugin_table() {
    static_assert(std::is_base_of_v<Plugin, Class>,
                  "a plugin class derives publicly from bridge32::Plugin");
    static_assert(Class::apartment == Apartment::none || Class::threading == Threading::main_thread,
                  "a single-threaded apartment has one thread: its plugin is not concurrent");
    constexpr std::uint32_t kFlags =
        (Class::threading == Threading::concurrent ? BRIDGE32_PLUGIN_CONCURRENT : 0) |
        (Class::instances == Instances::shared ? BRIDGE32_PLUGIN_SHARED : 0) |
        (Class::apartment == Apartment::sta ? BRIDGE32_PLUGIN_STA : 0);
    return {sizeof(bridge32_plugin),
            BRIDGE32_ABI_VERSION,
            kFlags,
            0,
            "bridge32 " BRIDGE32_VERSION,
            create<Class>,
            call,
            shutdown,
            destroy,
            get_extension};
}

}  // namespace bridge32::detail
