#include "runtime.hpp"

#include <bridge32/error.hpp>
#include <bridge32/wide.hpp>
#include <filesystem>
#include <memory>
#include <mutex>

namespace dotnet {
namespace {

const std::string kInstall =
    sizeof(void*) == 4
        ? "The plugin `dotnet` needs the 32-bit Mono runtime. On Debian: dpkg --add-architecture "
          "i386 && apt-get update && apt-get install libmonosgen-2.0-1:i386 libmono-corlib4.5-cil"
        : "The plugin `dotnet` needs the Mono runtime. On Debian: apt-get install "
          "libmonosgen-2.0-1 libmono-corlib4.5-cil";

/// Mono exits the process if it cannot find this file.
void check_class_library(const mono::Api& api) {
    const std::filesystem::path root = api.assembly_getrootdir();
    const auto file = root / "mono" / "4.5" / "mscorlib.dll";
    if (!std::filesystem::exists(file)) {
        throw bridge32::PluginError("Mono's class library is missing: `" + file.string() + "`. " +
                                    kInstall);
    }
}

}  // namespace

const Runtime& Runtime::start(const std::string& library) {
    static std::mutex mutex;
    static Runtime* running = nullptr;  // never deleted: Mono's threads run until the process ends
    const std::lock_guard lock(mutex);
    if (running != nullptr) {
        return *running;
    }
    std::unique_ptr<Runtime> runtime;
    try {
        runtime.reset(new Runtime(library));
    } catch (const bridge32::PluginError& error) {
        throw bridge32::PluginError(std::string(error.what()) + "\n" + kInstall);
    }
    const mono::Api& api = runtime->api;
    // This plugin may have been unloaded and loaded again since Mono was started.
    runtime->domain = api.get_root_domain();
    if (runtime->domain == nullptr) {
        api.set_dirs(nullptr, nullptr);
        check_class_library(api);
        // Faults outside managed code go to the previous handler.
        api.set_signal_chaining(1);
        api.set_crash_chaining(1);
        api.config_parse(nullptr);
        runtime->domain = api.jit_init_version("bridge32", "v4.0.30319");
        if (runtime->domain == nullptr) {
            throw bridge32::PluginError("the Mono runtime did not start. " + kInstall);
        }
    }
    running = runtime.release();
    return *running;
}

mono::Object* Runtime::invoke(mono::Method* method, void* object, void** arguments) const {
    mono::Object* exception = nullptr;
    mono::Object* const result = api.runtime_invoke(method, object, arguments, &exception);
    if (exception != nullptr) {
        rethrow(exception);
    }
    return result;
}

void Runtime::rethrow(mono::Object* exception) const {
    mono::Class* const type = api.object_get_class(exception);
    std::string message;
    if (mono::Property* const property = api.class_get_property_from_name(type, "Message")) {
        mono::Method* const getter =
            api.object_get_virtual_method(exception, api.property_get_get_method(property));
        mono::Object* another = nullptr;
        mono::Object* const text = api.runtime_invoke(getter, exception, nullptr, &another);
        if (text != nullptr && another == nullptr) {
            message = text_of(reinterpret_cast<mono::String*>(text));
        }
    }
    throw bridge32::RemoteError(name_of(type), message, "");
}

std::string Runtime::name_of(mono::Class* its_class) const {
    if (mono::Class* const outer = api.class_get_nesting_type(its_class)) {
        return name_of(outer) + "." + api.class_get_name(its_class);
    }
    const std::string space = api.class_get_namespace(its_class);
    return (space.empty() ? "" : space + ".") + api.class_get_name(its_class);
}

std::string Runtime::version() const {
    char* const text = api.get_runtime_build_info();
    std::string version = text;
    api.free(text);
    return version;
}

std::string Runtime::text_of(mono::String* text) const {
    return bridge32::Wide(api.string_chars(text), static_cast<std::size_t>(api.string_length(text)))
        .utf8();
}

mono::String* Runtime::new_text(const std::string& utf8) const {
    const bridge32::Wide wide(utf8);
    return api.string_new_utf16(domain, wide.view().data(), static_cast<std::int32_t>(wide.size()));
}

}  // namespace dotnet
