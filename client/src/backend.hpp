// What answers a client's calls: a private host, a shared host, or a plugin in this process.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "bridge32/exchange.hpp"
#include "bridge32/options.hpp"
#include "connection.hpp"

namespace bridge32::client {

class Backend;

/// An exchange with what the backends need beside it.
struct PendingExchange : detail::Exchange {
    Pending pending;              ///< of a call through a channel
    std::string in_process_json;  ///< of a call in this process
    std::vector<std::string> in_process_memory;
    std::vector<bridge32_attachment> attachments;
    std::shared_ptr<Backend> started_at;  ///< of a call that was started and not waited for

    static PendingExchange& of(detail::Exchange& exchange) {
        return static_cast<PendingExchange&>(exchange);
    }
};

/// Any thread may call any function.
class Backend {
public:
    Backend() = default;
    Backend(const Backend&) = delete;
    Backend& operator=(const Backend&) = delete;
    virtual ~Backend() = default;

    /// Sends the request. Throws TimeoutError, HostCrashed, ConnectionClosed, ProtocolError.
    virtual void start(PendingExchange& exchange, std::string_view method,
                       Clock::time_point deadline) = 0;
    /// Waits for the reply to a started request, and makes the exchange view it; false when the
    /// deadline came first. Throws as `start`.
    virtual bool wait(PendingExchange& exchange, std::string_view method,
                      Clock::time_point deadline) = 0;
    virtual void abandon(PendingExchange& exchange) noexcept = 0;
    virtual void notify(PendingExchange& exchange) = 0;

    /// Ends it in order. May be called twice; returns what the host printed.
    virtual Streams shutdown(std::chrono::milliseconds timeout) = 0;
    /// The host died: a new backend may take its place.
    virtual bool crashed() const noexcept = 0;
    virtual const HostInfo& info() const noexcept = 0;
};

/// Starts a host and constructs the plugin in it. Throws StartupError, PluginError, HostCrashed.
std::shared_ptr<Backend> start_private_host(const std::string& plugin,
                                            const ClientOptions& options);
/// Throws ConnectionClosed, PluginError.
std::shared_ptr<Backend> connect_to_shared_host(const std::string& host, const std::string& plugin,
                                                const ClientOptions& options);
/// Throws PluginError.
std::shared_ptr<Backend> load_in_process(const std::string& plugin, const ClientOptions& options);

}  // namespace bridge32::client
