// What answers a client's calls: a private host, a shared host, or a plugin in this process.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/times.hpp"
#include "bridge32/error.hpp"
#include "bridge32/internal/client/call.hpp"
#include "bridge32/options.hpp"
#include "client/endpoint/inbound.hpp"

namespace bridge32::client {

/// The user's options, and what a backend must know beside them.
struct BackendOptions : ClientOptions {
    std::string structs;  ///< the layouts of the program's structs, the JSON text of an object
};

/// Throws what a child made by fork gets that uses its copy of a client.
[[noreturn]] inline void throw_not_owned(const std::string& plugin, std::string_view method) {
    throw ConnectionClosed(
        "the client was created before a fork and belongs to the parent process: " + plugin + "." +
        std::string(method) + " cannot be called here. Create a new client in this process");
}

/// Any thread may call any function.
class Backend : public detail::CallPort, public std::enable_shared_from_this<Backend> {
public:
    Backend() = default;
    Backend(const Backend&) = delete;
    Backend& operator=(const Backend&) = delete;

    /// For the dispatcher: see Dispatcher::Source.
    virtual void read_idle(Clock::time_point deadline) = 0;
    virtual void interrupt_idle() noexcept = 0;

    /// The host broke the protocol: ends the session with it. Calls under way throw ProtocolError,
    /// later ones ConnectionClosed. A plugin in this process has no session.
    virtual void break_off(const std::string& /*found*/) noexcept {}
    /// Ends the host at once. Throws Error when there is none to end.
    virtual void terminate() = 0;
    /// Ends it in order. May be called twice; returns what the host printed.
    virtual Streams shutdown(std::chrono::milliseconds timeout) = 0;
    /// The host died: a new backend may take its place.
    virtual bool crashed() const noexcept = 0;
    virtual const HostInfo& info() const noexcept = 0;
};

/// Starts a host and constructs the plugin in it. Throws StartupError, PluginError, HostCrashed.
std::shared_ptr<Backend> start_private_host(const std::string& plugin,
                                            const BackendOptions& options,
                                            std::shared_ptr<Inbound> inbound);
/// Throws ConnectionClosed, PluginError.
std::shared_ptr<Backend> connect_to_shared_host(const std::string& host, const std::string& plugin,
                                                const BackendOptions& options,
                                                const std::shared_ptr<Inbound>& inbound);
/// Throws PluginError.
std::shared_ptr<Backend> load_in_process(const std::string& plugin, const BackendOptions& options,
                                         std::shared_ptr<Inbound> inbound);

}  // namespace bridge32::client
