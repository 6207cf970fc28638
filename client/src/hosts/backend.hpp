// What answers a client's calls: a private host, a shared host, or a plugin in this process.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bridge32/internal/client/exchange.hpp"
#include "bridge32/options.hpp"
#include "client/endpoint/endpoint.hpp"
#include "client/endpoint/inbound.hpp"

namespace bridge32::client {

class Backend;
class Core;

/// Holds the backend of one call for as long as it lives: as a shared pointer does, at half of the
/// price. The core outlives it.
class BackendUse {
public:
    BackendUse() = default;
    /// The core has counted it already.
    BackendUse(Core& core, Backend& backend) noexcept : core_(&core), backend_(&backend) {}
    BackendUse(BackendUse&& other) noexcept
        : core_(std::exchange(other.core_, nullptr)), backend_(other.backend_) {}
    BackendUse& operator=(BackendUse&& other) noexcept {
        reset();
        core_ = std::exchange(other.core_, nullptr);
        backend_ = other.backend_;
        return *this;
    }
    ~BackendUse() { reset(); }

    explicit operator bool() const noexcept { return core_ != nullptr; }
    Backend* operator->() const noexcept { return backend_; }
    Backend& operator*() const noexcept { return *backend_; }
    void reset() noexcept {
        if (core_ != nullptr) end();
    }

private:
    void end() noexcept;

    Core* core_ = nullptr;
    Backend* backend_ = nullptr;
};

/// The user's options, and what a backend must know beside them.
struct BackendOptions : ClientOptions {
    std::string structs;  ///< the layouts of the program's structs, the JSON text of an object
};

/// A reply's attachment in this process: a copy, or a share in memory that the plugin made.
using OwnedMemory = std::shared_ptr<const void>;

/// An exchange with what the backends need beside it.
struct PendingExchange : detail::Exchange {
    PendingExchange() { request.set_functions(this); }

    WaitingCall call;             ///< of a call through a channel
    Endpoint::Waits waits = Endpoint::Waits::later;
    std::string in_process_json;  ///< of a call in this process
    std::vector<OwnedMemory> in_process_memory;
    std::vector<bridge32_attachment> attachments;
    BackendUse started_at;              ///< of a call that was started and not waited for
    Clock::time_point watched_since{};  ///< when the call began, if anybody watches
    std::exception_ptr handler_error;   ///< what an event handler threw during the call

    detail::Caller* caller = nullptr;
    std::shared_ptr<Inbound> inbound;  ///< whose functions these are; null while there are none
    std::vector<std::uint64_t> functions;
    std::shared_ptr<ThrownExceptions> thrown;

    std::uint64_t add(std::shared_ptr<LocalFunction> function) override;
    std::shared_ptr<const void> keep(std::uint32_t at) override;
    [[noreturn]] void throw_error(std::string_view json) override;
    /// Makes it fit for the next call.
    void reset() noexcept;

    static PendingExchange& of(detail::Exchange& exchange) {
        return static_cast<PendingExchange&>(exchange);
    }
};

/// Any thread may call any function.
class Backend : public std::enable_shared_from_this<Backend> {
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
    virtual void abandon(PendingExchange& exchange, bool tell_host) noexcept = 0;
    /// Posts `task` to the dispatcher when the reply has come.
    virtual void when_done(PendingExchange& exchange, std::function<void()> task) = 0;
    virtual void notify(PendingExchange& exchange) = 0;

    virtual detail::SharedBytes make_shared_bytes(std::uint64_t size) = 0;

    /// For the dispatcher: see Dispatcher::Source.
    virtual void read_idle(Clock::time_point deadline) = 0;
    virtual void interrupt_idle() noexcept = 0;

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
