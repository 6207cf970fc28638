// The legacy library that a plugin wraps, loaded through Boost.DLL.
//
//     bridge32::Library lib("my_lib");
//     auto add = lib.function<std::int32_t(std::int32_t, std::int32_t)>("add");
//     auto beep = lib.function<int BRIDGE32_STDCALL(int)>("Beep");
//     int sum = add(1, 2);
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "bridge32/calling_convention.hpp"
#include "bridge32/error.hpp"
#include "bridge32/internal/support/foreign_code.hpp"
#include "bridge32/internal/support/function_traits.hpp"

namespace bridge32 {

namespace detail {

template <class Pointer, class Result, class Arguments>
class BoundFunction;

/// A function of a library, which keeps the library loaded.
template <class Pointer, class Result, class... A>
class BoundFunction<Pointer, Result, std::tuple<A...>> {
public:
    BoundFunction(std::shared_ptr<const void> library, void* address)
        : library_(std::move(library)), pointer_(reinterpret_cast<Pointer>(address)) {}

    BRIDGE32_DETAIL_ALWAYS_INLINE Result operator()(A... arguments) const {
        if constexpr (kX87Result<Result>) {
            long double number = 0;
            {
                const LibraryCode library;
                number = pointer_(std::forward<A>(arguments)...);
                store_x87(number);
            }
            return static_cast<Result>(number);
        } else {
            const LibraryCode library;
            return pointer_(std::forward<A>(arguments)...);
        }
    }

    /// The function's address, for other C code, and for loops in which the exchange of the control
    /// words counts. It does not keep the library loaded.
    Pointer get() const noexcept { return pointer_; }

private:
    std::shared_ptr<const void> library_;
    Pointer pointer_;
};

/// Stands for a function that cannot be had, so that what uses it is no further error.
struct NoFunction {
    void operator()(...) const;
};
template <>
struct function_traits<NoFunction> : function_facts<CallingConvention::cdecl_, void, void> {};

template <class Signature>
using function_pointer = std::add_pointer_t<typename function_type<Signature>::type>;

}  // namespace detail

/// What happens to a library when nobody uses it any more.
enum class Unload {
    /// It is unloaded, unless since its loading new threads, thread-specific keys or signal
    /// handlers
    /// have come into the process: they may be the library's, and running them after it is unloaded
    /// would end the host and everybody's calls. It then stays loaded, and keeps its state. (On
    /// Windows only threads are found.)
    if_clean,
    always,  ///< for one whose own clean-up removes what it leaves
    never,   ///< it stays loaded until the process ends
};

/// How a library is loaded. `lazy` and `global` matter only on Linux, for libraries that were
/// linked without all their dependencies.
struct LoadOptions {
    /// Bind each function at its first call: missing functions that are never called do no harm,
    /// but calling one ends the process. By default all functions are bound at once, and a missing
    /// one throws PluginError with its name.
    bool lazy = false;
    /// Make this library's symbols available to libraries that are loaded later. By default they
    /// are private, so that two libraries in one host never mix up functions of the same name.
    bool global = false;
    /// What happens when the last Library and the last of its functions are gone.
    Unload unload = Unload::if_clean;
};

/// The result of Library::function: a callable of that signature that keeps the library loaded.
/// Cheap to copy. Calling it takes some 20 ns more than calling the function: what the library does
/// to the floating-point unit stays with the library.
template <class Signature>
using LibraryFunction = detail::BoundFunction<
    detail::function_pointer<Signature>,
    typename detail::function_traits<detail::function_pointer<Signature>>::result,
    typename detail::function_traits<detail::function_pointer<Signature>>::arguments>;

/// A loaded library. Copies share it; when the last copy and the last of its functions are gone, it
/// is unloaded as `LoadOptions::unload` says. Thread-safe; whether the library's own functions are
/// is up to the library.
class Library {
public:
    /// Loads the library `name` (UTF-8). An absolute path is taken as it is; a bare name is
    /// searched for in the plugin's own folder, then in the client's `library_path`, then by the
    /// system. A name without an extension gets the platform's. Throws PluginError with the reason.
    explicit Library(const std::string& name, LoadOptions options = {});

    /// The function that the library exports as `symbol`, or as one of its decorated names (`_f`,
    /// Fortran's `f_`, stdcall `f@8` and `_f@8`, fastcall `@f@8`) if `Signature` has that
    /// convention. The signature is not checked, because a library does not contain it. Throws
    /// PluginError with similar exported names. `Signature` is a function type but not a C variadic
    /// one: see `address`.
    template <class Signature>
    requires detail::KnownFunction<detail::function_pointer<Signature>> LibraryFunction<Signature>
    function(const std::string& symbol)
    const {
        using Traits = detail::function_traits<detail::function_pointer<Signature>>;
        return {library_, require(symbol, find<Traits>(symbol))};
    }

    /// For what is no such type: says what to write.
    template <class Signature>
    requires(!detail::KnownFunction<detail::function_pointer<Signature>>) detail::NoFunction
        function(const std::string&)
    const {
        static_assert(std::is_void_v<Signature>,
                      "Library::function needs a function type, int(double), without `...`: cast "
                      "Library::address to call a variadic function");
        return {};
    }

    /// The variable that the library exports as `symbol`; it may be written to. The reference is
    /// valid while the library is loaded. Throws PluginError as `function`.
    template <class T>
    T& variable(const std::string& symbol) const {
        return *static_cast<T*>(address(symbol));
    }

    /// The address of a symbol (as written, `_f` or `f_`). Throws PluginError as `function`.
    void* address(const std::string& symbol) const {
        return require(symbol, find<PlainSymbol>(symbol));
    }

    /// True if `address(symbol)` would succeed.
    bool has(const std::string& symbol) const { return find<PlainSymbol>(symbol) != nullptr; }

    /// True if `function<Signature>(symbol)` would succeed.
    template <class Signature>
    bool has(const std::string& symbol) const {
        using Pointer = detail::function_pointer<Signature>;
        return find<detail::function_traits<Pointer>>(symbol) != nullptr;
    }

    /// The file that was loaded.
    const std::filesystem::path& path() const noexcept { return path_; }

private:
    using PlainSymbol = detail::function_traits<void (*)()>;

    template <class Traits>
    void* find(const std::string& symbol) const {
        return find(symbol, Traits::convention, Traits::argument_bytes);
    }
    void* find(const std::string& symbol, CallingConvention convention,
               std::size_t argument_bytes) const;
    void* require(const std::string& symbol, void* address) const;

    std::filesystem::path path_;
    std::shared_ptr<const void> library_;  // a boost::dll::shared_library
};

}  // namespace bridge32

#if defined(BRIDGE32_DETAIL_PLUGIN_HERE)
#include "bridge32/internal/library/library.ipp"
#endif
