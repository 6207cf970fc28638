// The Mono runtime in this process, and its objects.
#pragma once

#include <cstdint>
#include <string>

#include "mono_api.hpp"

namespace dotnet {

/// The running runtime. Mono can be started only once per process, so it is started for the first
/// plugin that needs it and ends with the process.
class Runtime {
public:
    /// Starts it unless it is running. `library`: the name or path of libmonosgen. Throws
    /// PluginError, which says what to install.
    static const Runtime& start(const std::string& library);

    const mono::Api api;
    mono::Domain* domain = nullptr;

    /// Every thread must be attached before it calls managed code. Cheap if it already is.
    void attach() const { api.thread_attach(domain); }
    /// Calls a method; `object` is null for a static one. A .NET exception becomes a RemoteError
    /// with its type and message.
    mono::Object* invoke(mono::Method* method, void* object, void** arguments) const;
    /// "Namespace.Outer.Inner"
    std::string name_of(mono::Class* its_class) const;
    std::string version() const;
    /// Throws CodecError if the text is invalid.
    std::string text_of(mono::String* text) const;
    mono::String* new_text(const std::string& utf8) const;

private:
    explicit Runtime(const std::string& library) : api(library) {}
    [[noreturn]] void rethrow(mono::Object* exception) const;
};

/// Protects an object from the garbage collector.
class Object {
public:
    Object(const Runtime& runtime, mono::Object* object)
        : runtime_(runtime), handle_(runtime.api.gchandle_new(object, 0)) {}
    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;
    ~Object() {
        runtime_.attach();
        runtime_.api.gchandle_free(handle_);
    }

    mono::Object* get() const { return runtime_.api.gchandle_get_target(handle_); }

private:
    const Runtime& runtime_;
    std::uint32_t handle_;
};

}  // namespace dotnet
