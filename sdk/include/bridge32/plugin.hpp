// What a plugin author includes.
//
//     class MyLib : public bridge32::Plugin {
//     public:
//         explicit MyLib(const bridge32::Json& kwargs) : lib_("my_lib") {
//             method("add", lib_.function<std::int32_t(std::int32_t, std::int32_t)>("add"),
//                    {"a", "b"});
//             method("scale", &MyLib::scale, {"x", {"factor", 2.0}}, "Multiply x by factor.");
//             property("version", &MyLib::version);
//             property("gain", kwargs.value("gain", 1.0));
//         }
//         ...
//     };
//     BRIDGE32_PLUGIN(MyLib)
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include "bridge32/error.hpp"
#include "bridge32/handle.hpp"
#include "bridge32/internal/plugin/callback.hpp"
#include "bridge32/internal/plugin/context.hpp"
#include "bridge32/internal/plugin/function_member.hpp"
#include "bridge32/internal/plugin/handle_objects.hpp"
#include "bridge32/internal/plugin/param.hpp"
#include "bridge32/internal/plugin/registered.hpp"
#include "bridge32/internal/support/demangle.hpp"
#include "bridge32/library.hpp"
#include "bridge32/plugin.h"
#include "bridge32/values.hpp"
#include "bridge32/version.hpp"

namespace bridge32 {

namespace detail {
struct PluginAccess;
class Members;

// Not members of Plugin: a plugin's class may use their names.
Registered add_member(Members& members, std::unique_ptr<Member> member);
[[noreturn]] void throw_no_base(const std::string& method, const std::type_info& type);
}  // namespace detail

/// Where calls of an instance run. main_thread: one after the other on the host's main thread,
/// which also constructed it. concurrent: on any threads, several at once.
enum class Threading : std::uint8_t { main_thread, concurrent };

/// Who uses an instance of a shared host. per_client: each client has its own. shared: all have
/// the same one, constructed with the kwargs of the first.
enum class Instances : std::uint8_t { per_client, shared };

/// Windows: whether the host's main thread is a COM apartment. none: the plugin, or its library,
/// does what it needs by itself. sta: it is a single-threaded one before the plugin is constructed,
/// and dispatches window messages while it waits for calls. Elsewhere it has no effect.
enum class Apartment : std::uint8_t { none, sta };

/// The base of a plugin's class. The class needs a public constructor, from `const Json&` (the
/// client's kwargs, an object) or without parameters, which runs on the host's main thread, as
/// the destructor does. What the constructor throws, the client gets as a PluginError.
class Plugin {
public:
    /// @{
    /// A plugin says otherwise with a public member of the same name:
    /// `static constexpr auto threading = bridge32::Threading::concurrent;`
    static constexpr Threading threading = Threading::main_thread;
    static constexpr Instances instances = Instances::per_client;
    static constexpr Apartment apartment = Apartment::none;
    /// @}

    Plugin(const Plugin&) = delete;
    Plugin& operator=(const Plugin&) = delete;
    virtual ~Plugin();

    /// Runs just before the host lets go of the plugin, while the object is whole: after the
    /// last call, before the destructor. Main thread. What it throws is written to the host's
    /// log; what a destructor throws ends the process, as everywhere in C++.
    virtual void on_shutdown() {}

protected:
    Plugin();

    /// The call that runs on this thread: see Context.
    static Context context() { return bridge32::context(); }

    /// Offers `callable` to clients as a method: a function of a Library, a member function of
    /// this plugin, a function pointer, or an object such as a lambda, kept as long as the plugin.
    /// It must have one signature: no overloads, no `auto` parameters.
    ///
    /// Arguments and result may be of any type that <bridge32/codec.hpp> can read and write, and
    /// parameters std::string_view, std::span<const T> and const char* as well; these view the
    /// request or the plugin's copy of it and are valid during the call only. A result is copied
    /// out before the call ends, so it may be a view or a reference. void gives null.
    ///
    /// `params` names the parameters, with defaults where arguments may be left out; a
    /// std::optional parameter that gets no argument is nullopt. Without `params` arguments go by
    /// position only. `doc` is shown to people who ask the plugin what it offers.
    ///
    /// Only in the constructor. Throws PluginError, which names the method: the name is taken,
    /// the number of names is not that of the parameters, or a default does not fit.
    ///
    /// `method(…).idempotent()` allows clients to repeat a call that died with its host.
    template <class Callable>
    Registered method(std::string name, Callable&& callable, const Params& params = {},
                      std::string doc = "") {
        return detail::add_member(*members_, make<detail::MemberKind::method>(
                                                 std::move(name), std::forward<Callable>(callable),
                                                 params, std::move(doc)));
    }

    /// Offers a property, which clients read with `get`: the result of a callable without
    /// parameters, called at each read, or a value, which is kept as it is now. Only in the
    /// constructor. Throws PluginError as `method` does.
    template <class T>
    Registered property(std::string name, T&& callable_or_value, std::string doc = "") {
        using Kept = std::decay_t<T>;
        if constexpr (detail::KnownFunction<Kept>) {
            static_assert(
                std::is_same_v<typename detail::function_traits<Kept>::arguments, std::tuple<>>,
                "a property has no parameters: offer this as a method");
            return detail::add_member(
                *members_,
                make<detail::MemberKind::property>(
                    std::move(name), std::forward<T>(callable_or_value), {}, std::move(doc)));
        } else {
            using Value = std::conditional_t<detail::Text<Kept>, std::string, Kept>;
            return detail::add_member(
                *members_,
                std::make_unique<detail::ValueMember<Value>>(
                    std::move(name), Value(std::forward<T>(callable_or_value)), std::move(doc)));
        }
    }

    /// A handle of an object that a library made, for a method to return. `destroy(pointer)`
    /// destroys the object, once: when a method does so (Handle::destroy), or its client goes,
    /// after on_shutdown and before the plugin's destructor, the newest first. It is a function
    /// of a Library, a lambda, or a member function of T; its result is ignored, and what it
    /// throws is written to the host's log. An object whose handle no client ever got is
    /// destroyed with the last copy of the handle.
    ///
    /// The handle is its client's; one that is made in the constructor serves all clients of the
    /// instance. On the thread of a call, or in the constructor; elsewhere throws Error, as it
    /// does for null.
    template <class T, class Destroy>
    static Handle<T> handle(T* pointer, Destroy&& destroy) {
        if (pointer == nullptr) {
            throw Error("there is no handle of a null " + detail::handle_type_name<T>() +
                        ": throw an error of your own when a library gives none");
        }
        return new_handle<T, detail::PointerObject<T, std::decay_t<Destroy>>>(
            pointer, std::forward<Destroy>(destroy));
    }

    /// The same where the library gives a number: `destroy(value)`. A type of your own around
    /// it, `enum class Port : int {}` or a struct, keeps handles of different things apart.
    template <class T, class Destroy>
    requires(!std::is_pointer_v<T> &&
             !std::is_null_pointer_v<T>) static Handle<T> handle(T value, Destroy&& destroy) {
        return new_handle<T, detail::ValueObject<T, std::decay_t<Destroy>>>(
            std::move(value), std::forward<Destroy>(destroy));
    }

    /// @{
    /// The same for a C++ object.
    template <class T, class Deleter>
    static Handle<T> handle(std::unique_ptr<T, Deleter> object) {
        if (object == nullptr) {
            throw Error("there is no handle of a null " + detail::handle_type_name<T>());
        }
        return new_handle<T, detail::OwnedObject<T, Deleter>>(std::move(object));
    }
    template <class T, class... A>
    static Handle<T> make_handle(A&&... arguments) {
        return handle(std::make_unique<T>(std::forward<A>(arguments)...));
    }
    /// @}

private:
    friend struct detail::PluginAccess;

    template <class T, class Object, class... A>
    static Handle<T> new_handle(A&&... arguments) {
        if (detail::HandleStore::current == nullptr) {
            throw Error("a handle of " + detail::handle_type_name<T>() +
                        " can be made during a call only, on the thread that the host makes it on");
        }
        return Handle<T>(detail::HandleStore::current->add(
            std::make_unique<Object>(std::forward<A>(arguments)...), detail::handle_type<T>()));
    }

    template <detail::MemberKind kind, class Callable>
    std::unique_ptr<detail::Member> make(std::string name, Callable&& callable,
                                         const Params& params, std::string doc) {
        using Function = std::decay_t<Callable>;
        static_assert(detail::KnownFunction<Function>,
                      "bridge32 cannot tell the parameters of this callable: it must have one "
                      "signature, without `auto` or `...`. Wrap it in a lambda with the "
                      "parameters' types written out");
        if constexpr (detail::KnownFunction<Function>) {
            using Traits = detail::function_traits<Function>;
            using Result = typename Traits::result;
            using Arguments = typename Traits::arguments;
            if constexpr (std::is_member_function_pointer_v<Function>) {
                using Class = typename Traits::class_type;
                using Bound = detail::BoundMethod<Class, Function>;
                return std::make_unique<detail::FunctionMember<Bound, Result, Arguments>>(
                    kind, std::move(name), Bound{&self<Class>(name), callable}, params,
                    std::move(doc));
            } else {
                return std::make_unique<detail::FunctionMember<Function, Result, Arguments>>(
                    kind, std::move(name), std::forward<Callable>(callable), params,
                    std::move(doc));
            }
        }
    }

    /// This plugin as the class of one of its member functions.
    template <class Class>
    Class& self(const std::string& name) {
        if constexpr (std::is_base_of_v<Plugin, Class>) {
            return static_cast<Class&>(*this);
        } else {
            // Another base of the plugin's class, whose functions are offered as they are.
            auto* const other = dynamic_cast<Class*>(this);
            if (other == nullptr) {
                detail::throw_no_base(name, typeid(Class));
            }
            return *other;
        }
    }

    std::unique_ptr<detail::Members> members_;
};

namespace detail {

struct PluginAccess {
    static Members& members(Plugin& plugin) noexcept { return *plugin.members_; }
};

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

/// For a plugin that takes no kwargs. Throws PluginError when there are some.
void require_no_kwargs(const Json& kwargs);

template <class Class>
Plugin* construct(const Json& kwargs) {
    if constexpr (std::is_constructible_v<Class, KwargsProbe>) {
        return new Class(kwargs);
    } else {
        static_assert(std::is_default_constructible_v<Class>,
                      "a plugin class needs a public constructor: from `const bridge32::Json&`, "
                      "the client's kwargs, or without parameters");
        require_no_kwargs(kwargs);
        return new Class();
    }
}

/// What the C ABI of every plugin comes down to.
bridge32_instance* create_instance(const bridge32_host& its_host, bridge32_call* call,
                                   const bridge32_request& request,
                                   const PluginClass& its_class) noexcept;
void BRIDGE32_ABI call(bridge32_instance* instance, bridge32_call* call,
                       const bridge32_request* request) noexcept;
void BRIDGE32_ABI shutdown(bridge32_instance* instance) noexcept;
void BRIDGE32_ABI destroy(bridge32_instance* instance) noexcept;
const void* BRIDGE32_ABI get_extension(const char* id) noexcept;

template <class Class>
bridge32_instance* BRIDGE32_ABI create(const bridge32_host* its_host, bridge32_call* call,
                                       const bridge32_request* request) noexcept {
    return create_instance(*its_host, call, *request,
                           {construct<Class>, Class::threading, Class::instances});
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

}  // namespace detail
}  // namespace bridge32

/// Makes the file a plugin of that class. Once in a plugin, outside every namespace.
#define BRIDGE32_PLUGIN(...)                                                                      \
    extern "C" BRIDGE32_EXPORT const bridge32_plugin* BRIDGE32_ABI bridge32_plugin_entry(         \
        std::uint32_t) {                                                                          \
        static constexpr bridge32_plugin table = ::bridge32::detail::plugin_table<__VA_ARGS__>(); \
        return &table;                                                                            \
    }

#if defined(BRIDGE32_DETAIL_PLUGIN_HERE)
#include "bridge32/internal/plugin/plugin.ipp"
#endif
