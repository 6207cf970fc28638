// The client: calls the methods of a plugin that runs in a host.
//
//     bridge32::Client c("my_lib", {.kwargs = {{"gain", 2.5}}});
//     int sum = c.call<int>("add", 1, 2);
#pragma once

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
/// The layouts of this program's BRIDGE32_STRUCTs, for the plugin to compare with its own.
inline std::string own_structs() { return describe_structs().dump(); }
}  // namespace detail

/// Calls with a time limit of their own: what `Client::with_timeout` returns. Must not outlive
/// the client.
class TimedCalls : public Calls<TimedCalls> {
public:
    /// What Client::with_timeout does.
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

/// One instance of one plugin. Several clients are independent of each other. Movable; a
/// moved-from client may only be assigned to or destroyed. Any thread may call the other
/// functions, but not move or destroy a client that others use.
class BRIDGE32_CLIENT_API Client : public Calls<Client> {
public:
    /// Starts a host, which ends with this object, and constructs the plugin `plugin` in it. With
    /// `mode = in_process` loads the plugin into this process instead. Throws StartupError,
    /// PluginError, HostCrashed (in the constructor), InvalidArgument (kwargs).
    explicit Client(const std::string& plugin, const ClientOptions& options = {})
        : Client(plugin, options, detail::own_structs()) {}

    /// Attaches to the shared host `host` (started with `host32 --serve host`) and opens `plugin`
    /// there. Of the options, those that say how to start a host matter only with `start_host`.
    /// Throws ConnectionClosed when no such host runs, StartupError when it does not answer or
    /// cannot be started, PluginError.
    static Client connect(const std::string& host, const std::string& plugin,
                          const ClientOptions& options = {}) {
        return connect(host, plugin, options, detail::own_structs());
    }

    /// @{
    /// The other client may only be assigned to or destroyed afterwards; the one that is assigned
    /// to is shut down first.
    Client(Client&&) noexcept;
    Client& operator=(Client&&) noexcept;
    /// @}

    /// Shuts down as `shutdown` does, without throwing.
    ~Client();

    /// The same calls, with `timeout` instead of the client's call_timeout:
    /// `c.with_timeout(2s).call<int>("measure")`. After a TimeoutError the plugin is told (see
    /// Context::cancelled), but the call runs until it returns; its late reply is dropped, and
    /// the next call waits for its turn. One that had not begun does not run.
    TimedCalls with_timeout(std::chrono::milliseconds timeout) const;

    /// An array of zeros in memory that the plugin reads in place: passing it as an argument
    /// copies nothing, and a plugin that keeps it (see Context::retain) can write to it. The
    /// array is valid as long as it lives, whatever happens to client and host. Throws Error
    /// naming the size when there is no such memory, std::length_error.
    template <class T>
    NdArray<T> make_array(std::vector<std::uint64_t> shape, Order order = Order::c) const {
        const std::uint64_t size =
            sizeof(T) * std::uint64_t{detail::element_count(shape, sizeof(T))};
        detail::SharedBytes memory = caller().make_shared_bytes(size);
        // A block of the arena, which is aligned to 64, holds nothing but these elements.
        return NdArray<T>(std::move(shape), reinterpret_cast<T*>(memory.data),
                          std::move(memory.owner), order);
    }
    /// `size` zero bytes, likewise.
    Bytes make_bytes(std::size_t size) const;

    /// Runs `handler` for the events called `name` that the plugin emits; its parameters are the
    /// event's arguments: `c.on_event("progress", [](double done) { … })`. During a call the
    /// events of that call run on the calling thread, before the call returns; others run on the
    /// client's dispatcher (see ClientOptions::dispatch). What a handler throws during a call is
    /// thrown by the call, when that is over; on the dispatcher it is written to stderr.
    template <class F>
    void on_event(const std::string& name, F handler) {
        on_named_event(name, std::make_shared<detail::TypedFunction<F>>(std::move(handler)));
    }
    /// The same for all events: `handler(std::string_view name, const Json& value)`. The value is
    /// the event's argument, an array of them when there are several, or null.
    template <class F>
    void on_event(F handler) {
        on_named_event({}, std::make_shared<detail::TypedFunction<F>>(std::move(handler)));
    }

    /// `function` for methods that keep a callback beyond their call: such as
    /// `auto f = c.long_lived([](double value) { … }); c.call<void>("subscribe", f);`. It runs on
    /// the client's dispatcher, or within a call that is running.
    template <class F>
    LongLivedFunction long_lived(F function) {
        return {shared_caller(), std::make_shared<detail::TypedFunction<F>>(std::move(function))};
    }

    /// With `dispatch = Dispatch::poll`: runs the callbacks, events and continuations that have
    /// come, on this thread; when there are none, waits until `timeout` for one. Returns how many.
    std::size_t poll(std::chrono::milliseconds timeout = std::chrono::milliseconds(0));

    /// Kills the host, for a call that hangs. Calls that are running throw HostCrashed, later ones
    /// ConnectionClosed until `restart`. A shared host is only left. Throws Error with `mode =
    /// in_process`, where there is no host.
    void terminate();

    /// Starts the host again with the same options, after `terminate`, a crash or `shutdown`; one
    /// that lives is shut down first. A client of a shared host leaves it, and connects again.
    /// Throws as the constructor does.
    void restart();

    /// Runs the plugin's on_shutdown and destructor and ends the host; one that takes longer than
    /// shutdown_timeout is killed. Returns all that the host printed. Later calls throw
    /// ConnectionClosed; a second `shutdown` returns the same again.
    Streams shutdown();

    /// About the host, as it introduced itself.
    HostInfo host_info() const;

private:
    friend class Calls<Client>;
    void on_named_event(std::string name, std::shared_ptr<LocalFunction> handler);
    // `structs`: the layouts of the structs of the program that calls this.
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
