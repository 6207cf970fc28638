// The client: calls the methods of a plugin that runs in a host.
//
//     bridge32::Client c("my_lib", {.kwargs = {{"gain", 2.5}}});
//     int sum = c.call<int>("add", 1, 2);
#pragma once

#include <bridge32/calls.hpp>
#include <bridge32/error.hpp>
#include <bridge32/export.hpp>
#include <bridge32/future.hpp>
#include <bridge32/options.hpp>
#include <bridge32/values.hpp>
#include <chrono>
#include <memory>
#include <string>

namespace bridge32 {

namespace client {
class Core;
}

/// Calls with a time limit of their own: what `Client::with_timeout` returns. Must not outlive
/// the client.
class TimedCalls : public Calls<TimedCalls> {
public:
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
    explicit Client(const std::string& plugin, const ClientOptions& options = {});

    /// Attaches to the shared host `host` (started with `host32 --serve host`) and opens `plugin`
    /// there. Of the options, those that say how to start a host do nothing. Throws
    /// ConnectionClosed when no such host runs, StartupError when it does not answer,
    /// PluginError.
    static Client connect(const std::string& host, const std::string& plugin,
                          const ClientOptions& options = {});

    Client(Client&&) noexcept;
    Client& operator=(Client&&) noexcept;
    /// Shuts down as `shutdown` does, without throwing.
    ~Client();

    /// The same calls, with `timeout` instead of the client's call_timeout:
    /// `c.with_timeout(2s).call<int>("measure")`. After a TimeoutError the host still runs the
    /// call; its late reply is dropped, and the next call waits for its turn.
    TimedCalls with_timeout(std::chrono::milliseconds timeout) const;

    /// Runs the plugin's on_shutdown and destructor and ends the host; one that takes longer than
    /// shutdown_timeout is killed. Returns all that the host printed. Later calls throw
    /// ConnectionClosed; a second `shutdown` returns the same again.
    Streams shutdown();

    /// About the host, as it introduced itself.
    HostInfo host_info() const;

private:
    friend class Calls<Client>;
    explicit Client(std::shared_ptr<client::Core> core);
    detail::Caller& caller() const;
    std::shared_ptr<detail::Caller> shared_caller() const;
    detail::Timeout timeout() const;

    std::shared_ptr<client::Core> core_;
};

}  // namespace bridge32
