// What plugin authors include.
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
#include <functional>
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
#include "bridge32/internal/support/foreign_code.hpp"
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
/// `types` makes what describe() says of types that members' descriptions name, by their names,
/// when that is asked for.
void set_types(Members& members, std::function<Json()> types);
/// In a constructor: this instance is concurrent, whatever its class says.
void set_concurrent(Members& members);
[[noreturn]] void throw_no_base(const std::string& method, const std::type_info& type);
}  // namespace detail

/// Where calls of an instance run. main_thread: one after the other on the host's main thread,
/// which also constructs it. concurrent: on any thread, several at once.
enum class Threading : std::uint8_t { main_thread, concurrent };

/// Which clients of a shared host use an instance. per_client: each client has its own. shared: all
/// clients use one instance, constructed with the first client's kwargs.
enum class Instances : std::uint8_t { per_client, shared };

/// Windows: the COM apartment of the host's main thread. none: the plugin or its library
/// initialises COM if it needs it. sta: the thread enters a single-threaded apartment before the
/// plugin is constructed, and dispatches window messages while it waits for calls. Ignored on other
/// systems.
enum class Apartment : std::uint8_t { none, sta };

/// The base class of a plugin. Derived classes need a public constructor that takes `const Json&`
/// (the client's kwargs, an object) or nothing. Constructor and destructor run on the host's main
/// thread. Exceptions from the constructor reach the client as PluginError.
class Plugin {
public:
    /// @{
    /// Override with a public member of the same name: `static constexpr auto threading =
    /// bridge32::Threading::concurrent;`
    static constexpr Threading threading = Threading::main_thread;
    static constexpr Instances instances = Instances::per_client;
    static constexpr Apartment apartment = Apartment::none;
    /// The x87 control word that the library finds at first, on each thread: `static constexpr
    /// std::uint16_t x87_control_word = 0x37f;`. 0: what native programs of the platform have,
    /// 0x37f (64-bit precision) on Linux and 0x27f (53-bit, Visual C++ and VB6) on Windows.
    static constexpr std::uint16_t x87_control_word = 0;
    /// @}

    Plugin(const Plugin&) = delete;
    Plugin& operator=(const Plugin&) = delete;
    virtual ~Plugin();

    /// Runs on the main thread after the last call and before the destructor, while the object is
    /// still complete. Undo here whatever the library still depends on. Exceptions are written to
    /// the host's log.
    virtual void on_shutdown() {}

protected:
    Plugin();

    /// The call that is running on this thread: see Context.
    static Context context() { return bridge32::context(); }

    /// Registers `callable` as a method: a function of a Library, a member function of this plugin,
    /// a function pointer, or a function object such as a lambda, which is kept as long as the
    /// plugin. It must have one signature: no overloads, no `auto` parameters.
    ///
    /// Arguments and result can have any type that <bridge32/codec.hpp> supports. Parameters can
    /// also be std::string_view, std::span<const T> and const char*; these view the request and are
    /// valid only during the call. The result is copied before the call ends, so it can be a view
    /// or a reference. void returns null.
    ///
    /// `params` names the parameters and gives defaults for optional arguments; a std::optional
    /// parameter defaults to nullopt. Without `params`, arguments are positional only. `doc` is
    /// part of the plugin's description.
    ///
    /// Call this only in the constructor. Throws PluginError with the method's name if the name is
    /// taken, the number of names differs from the number of parameters, or a default does not fit.
    ///
    /// `method(…).idempotent()` allows clients to repeat a call whose host died.
    template <class Callable>
    Registered method(std::string name, Callable&& callable, const Params& params = {},
                      std::string doc = "") {
        const detail::OwnCode own;
        return detail::add_member(*members_, make<detail::MemberKind::method>(
                                                 std::move(name), std::forward<Callable>(callable),
                                                 params, std::move(doc)));
    }

    /// Registers a property, which clients read with `get`: a callable without parameters,
    /// evaluated on each read, or a value, captured now. Call this only in the constructor. Throws
    /// PluginError as `method` does.
    template <class T>
    Registered property(std::string name, T&& callable_or_value, std::string doc = "") {
        const detail::OwnCode own;
        using Kept = std::decay_t<T>;
        if constexpr (detail::KnownFunction<Kept>) {
            static_assert(
                std::is_same_v<typename detail::function_traits<Kept>::arguments, std::tuple<>>,
                "a property cannot have parameters: register this as a method");
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

    /// Makes a handle for an object of a library, for a method to return. `destroy(pointer)`
    /// destroys the object once: when a method calls Handle::destroy, or when its client is gone,
    /// or after on_shutdown and before the plugin's destructor, newest first. `destroy` is a
    /// function of a Library, a lambda, or a member function of T; its result is ignored, and its
    /// exceptions are written to the host's log. If no client received the handle, the object is
    /// destroyed with the last copy of the handle.
    ///
    /// The handle belongs to the client of the call; one made in the constructor, to all clients of
    /// the instance. Throws Error for null, and outside a call's thread or the constructor.
    template <class T, class Destroy>
    static Handle<T> handle(T* pointer, Destroy&& destroy) {
        if (pointer == nullptr) {
            throw Error("cannot make a handle for a null " + detail::handle_type_name<T>() +
                        ": throw an error if the library returns null");
        }
        return new_handle<T, detail::PointerObject<T, std::decay_t<Destroy>>>(
            pointer, std::forward<Destroy>(destroy));
    }

    /// The same for a library that uses numbers: `destroy(value)`. Wrap the number in a type of
    /// your own, `enum class Port : int {}` or a struct, to distinguish different kinds of handles.
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
            throw Error("cannot make a handle for a null " + detail::handle_type_name<T>());
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
        detail::HandleStore* const store = detail::HandleStore::current();
        if (store == nullptr) {
            throw Error("a handle of " + detail::handle_type_name<T>() +
                        " can be made only during a call and on its thread");
        }
        return Handle<T>(store->add(std::make_unique<Object>(std::forward<A>(arguments)...),
                                    detail::handle_type<T>()));
    }

    template <detail::MemberKind kind, class Callable>
    std::unique_ptr<detail::Member> make(std::string name, Callable&& callable,
                                         const Params& params, std::string doc) {
        using Function = std::decay_t<Callable>;
        static_assert(
            detail::KnownFunction<Function>,
            "bridge32 cannot deduce the parameters of this callable: it must have one signature "
            "without `auto` or `...`. Wrap it in a lambda with explicit parameter types");
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

    /// This plugin, as the class that a member function belongs to.
    template <class Class>
    Class& self(const std::string& name) {
        if constexpr (std::is_base_of_v<Plugin, Class>) {
            return static_cast<Class&>(*this);
        } else {
            // Another base of the plugin's class.
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

/// Converts only to a kwargs constructor's parameter: a Json would also convert to std::string, int
/// and so on.
struct KwargsProbe {
    operator const Json&() const;
};

/// What `create` needs to know of a plugin's class.
struct PluginClass {
    Plugin* (*construct)(const Json& kwargs);
    Threading threading;
    Instances instances;
    std::uint16_t x87_control_word;
};

/// For a plugin that takes no kwargs. Throws PluginError if there are any.
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
        if constexpr (std::is_default_constructible_v<Class>) {
            return new Class();
        } else {
            return nullptr;
        }
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
    return create_instance(
        *its_host, call, *request,
        {construct<Class>, Class::threading, Class::instances, Class::x87_control_word});
}

template <class Class>
constexpr bridge32_plugin table_of() {
    static_assert(Class::apartment == Apartment::none || Class::threading == Threading::main_thread,
                  "a plugin in a single-threaded apartment cannot be concurrent");
    constexpr std::uint32_t kFlags =
        (Class::threading == Threading::concurrent ? BRIDGE32_PLUGIN_CONCURRENT : 0) |
        (Class::instances == Instances::shared ? BRIDGE32_PLUGIN_SHARED : 0) |
        (Class::apartment == Apartment::sta ? BRIDGE32_PLUGIN_STA : 0) | BRIDGE32_PLUGIN_GUARDED;
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

/// The table that the entry of the plugin `Class` returns.
template <class Class>
constexpr bridge32_plugin plugin_table() {
    static_assert(std::is_base_of_v<Plugin, Class>,
                  "a plugin class must derive publicly from bridge32::Plugin");
    if constexpr (!std::is_base_of_v<Plugin, Class>) {
        return {};
    } else {
        return table_of<Class>();
    }
}

}  // namespace detail
}  // namespace bridge32

/// Makes the library a plugin of that class. Use it once, outside every namespace.
#define BRIDGE32_PLUGIN(...)                                                                      \
    extern "C" BRIDGE32_EXPORT const bridge32_plugin* BRIDGE32_ABI bridge32_plugin_entry(         \
        std::uint32_t) {                                                                          \
        static constexpr bridge32_plugin table = ::bridge32::detail::plugin_table<__VA_ARGS__>(); \
        return &table;                                                                            \
    }

#if defined(BRIDGE32_DETAIL_PLUGIN_HERE)
#include "bridge32/internal/plugin/plugin.ipp"
#endif
