// The client: calls the methods of a plugin that runs in a host.
//
//     bridge32::Client c("my_lib", {.kwargs = {{"gain", 2.5}}});
//     int sum = c.call<int>("add", 1, 2);
#pragma once

// The client library has the codec: see internal/support/compiler.hpp.
#if !defined(BRIDGE32_SPLIT_PLUGIN) && !defined(BRIDGE32_SPLIT_CLIENT)
#define BRIDGE32_SPLIT_CLIENT
#endif

#include <bridge32/crash.hpp>
#include <bridge32/error.hpp>
#include <bridge32/future.hpp>
#include <bridge32/handle.hpp>
#include <bridge32/internal/client/calls.hpp>
#include <bridge32/internal/client/export.hpp>
#include <bridge32/long_lived.hpp>
#include <bridge32/options.hpp>
#include <bridge32/values.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace bridge32 {

namespace client {
class Core;
}

namespace detail {
/// The layouts of this program's BRIDGE32_STRUCTs, which the plugin compares with its own.
inline std::string own_structs() { return json_text(describe_structs()); }
}  // namespace detail

/// Calls with a time limit of their own, from `Client::with_timeout`. Must not outlive the client.
class TimedCalls : public Calls<TimedCalls> {
public:
    /// For Client::with_timeout.
    TimedCalls(std::shared_ptr<detail::Caller> caller, std::chrono::milliseconds timeout)
        : caller_(std::move(caller)), timeout_(timeout) {}

private:
    friend class Calls<TimedCalls>;
    detail::Caller& caller() const noexcept { return *caller_; }
    std::shared_ptr<detail::Caller> shared_caller() const noexcept { return caller_; }
    detail::Timeout timeout() const noexcept { return timeout_; }

    std::shared_ptr<detail::Caller> caller_;
    std::chrono::milliseconds timeout_;
};

/// One instance of one plugin. Clients are independent of each other. Thread-safe, except that a
/// client must not be moved, assigned or destroyed while another thread uses it. A function that a
/// call runs may destroy the client. A client belongs to the process that created it: in a child
/// made by fork all calls throw ConnectionClosed, and the destructor does nothing.
class BRIDGE32_CLIENT_API Client : public Calls<Client> {
public:
    /// Starts a host, which ends with this object, and constructs `plugin` in it. With `mode =
    /// in_process`, loads the plugin into this process instead. Throws StartupError,
    /// PluginError, HostCrashed (in the constructor), InvalidArgument (kwargs).
    explicit Client(const std::string& plugin, const ClientOptions& options = {})
        : Client(plugin, options, detail::own_structs()) {}

    /// Connects to the shared host `host` (started with `host32 --serve host`) and opens `plugin`
    /// there. Options for starting a host are used only with `start_host`. Throws ConnectionClosed
    /// if no such host is running, StartupError if it does not answer or cannot be started,
    /// PluginError.
    static Client connect(const std::string& host, const std::string& plugin,
                          const ClientOptions& options = {}) {
        return connect(host, plugin, options, detail::own_structs());
    }

    /// @{
    /// A moved-from client can only be assigned to or destroyed. Assignment first shuts down the
    /// client that is assigned to.
    Client(Client&&) noexcept;
    Client& operator=(Client&&) noexcept;
    /// @}

    /// Shuts down as `shutdown` does, but does not throw.
    ~Client();

    /// The same calls, with `timeout` instead of call_timeout:
    /// `c.with_timeout(2s).call<int>("measure")`. After a TimeoutError the plugin sees
    /// Context::cancelled, but the method runs until it returns; its late reply is dropped, and the
    /// next call waits for it. A call that has not started is not run.
    TimedCalls with_timeout(std::chrono::milliseconds timeout) const;

    /// An array of zeros in shared memory, which the plugin reads in place: passing it as an
    /// argument copies nothing, and a plugin that keeps it (see Context::retain) can write to it.
    /// Stays valid after client and host have ended. Throws Error with the size if the memory
    /// cannot be allocated, std::length_error.
    template <class T>
    NdArray<T> make_array(std::vector<std::uint64_t> shape, Order order = Order::c) const {
        const std::uint64_t size =
            sizeof(T) * std::uint64_t{detail::element_count(shape, sizeof(T))};
        detail::BlockShare memory = caller().make_block(size);
        // A block of the arena, aligned to 64, which holds only these elements.
        return NdArray<T>(std::move(shape), reinterpret_cast<T*>(memory.data),
                          std::move(memory.owner), order);
    }
    /// The same for `size` zero bytes.
    Bytes make_bytes(std::size_t size) const;

    /// Runs `handler` for the plugin's events named `name`. Its parameters are the event's
    /// arguments: `c.on_event("progress", [](double done) { … })`. Events of a call run on the
    /// calling thread before the call returns; others run on the dispatcher (see
    /// ClientOptions::dispatch). An exception from a handler is thrown by the call once the method
    /// has returned; on the dispatcher it is printed to stderr.
    template <class F>
    void on_event(const std::string& name, F handler) {
        on_named_event(name, std::make_shared<detail::TypedFunction<F>>(std::move(handler)));
    }
    /// The same for all events: `handler(std::string_view name, const Json& value)`. `value` is the
    /// event's argument, an array of several arguments, or null.
    template <class F>
    void on_event(F handler) {
        on_named_event({}, std::make_shared<detail::TypedFunction<F>>(std::move(handler)));
    }

    /// A callback for methods that keep it after they return:
    /// `auto f = c.long_lived([](double value) { … }); c.call<void>("subscribe", f);`. It runs on
    /// the dispatcher, or during a call on the calling thread.
    template <class F>
    LongLivedFunction long_lived(F function) {
        return {shared_caller(), std::make_shared<detail::TypedFunction<F>>(std::move(function))};
    }

    /// With `dispatch = Dispatch::poll`: runs pending callbacks, events and continuations on this
    /// thread; if there are none, waits up to `timeout` for one. Returns the number run.
    std::size_t poll(std::chrono::milliseconds timeout = std::chrono::milliseconds(0));

    /// Kills the host, for example if a call hangs. Running calls throw HostCrashed, and later
    /// calls ConnectionClosed until `restart`. A shared host is only disconnected. Throws Error
    /// with `mode = in_process`, which has no host.
    void terminate();

    /// Starts a new host with the same options. A host that is still running is shut down first;
    /// a shared host is disconnected and connected again. Throws what the constructor throws.
    void restart();

    /// Runs the plugin's on_shutdown and destructor and ends the host; after shutdown_timeout the
    /// host is killed. Returns what the host printed. Later calls throw ConnectionClosed; a
    /// second `shutdown` returns the same result.
    Streams shutdown();

    /// The host's version, process and plugin.
    HostInfo host_info() const;

private:
    friend class Calls<Client>;
    void on_named_event(std::string name, std::shared_ptr<LocalFunction> handler);
    // `structs`: the struct layouts of the calling program.
    Client(const std::string& plugin, const ClientOptions& options, const std::string& structs);
    static Client connect(const std::string& host, const std::string& plugin,
                          const ClientOptions& options, const std::string& structs);
    explicit Client(std::shared_ptr<client::Core> core);
    detail::Caller& caller() const;
    std::shared_ptr<detail::Caller> shared_caller() const;
    detail::Timeout timeout() const;

    std::shared_ptr<client::Core> core_;
};

}  // namespace bridge32
