// One client's session: its endpoint, and its instance of a plugin.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "host32/endpoint/endpoint.hpp"
#include "host32/session/plugin_registry.hpp"
#include "host32/session/worker_pool.hpp"
#include "hosting/plugin_module.hpp"

namespace bridge32::host {

class RunningCall;

/// Main thread only. Calls of a plugin that allows it run on the pool's threads.
class Session {
public:
    /// `registry` and `pool` outlive the session.
    Session(std::shared_ptr<Endpoint> endpoint, PluginRegistry& registry, WorkerPool& pool);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    /// Shuts the plugin down and tells the client that the host has gone. Only while `idle`.
    ~Session();

    /// True if there is something to serve and room for a reply. Cheap, for spinning.
    bool ready() const noexcept;
    /// Serves the next message.
    void serve();

    /// The host ends: running calls may finish, waiting ones are not started.
    void stop() noexcept { stopping_.store(true); }

    /// The client has closed, broken the protocol, or died; or the host ends and no call runs any
    /// more.
    bool finished() const noexcept {
        return finished_ || endpoint_->closed() || (stopping_.load() && idle());
    }
    /// No call runs, or waits, on a thread of the pool.
    bool idle() const noexcept { return running_.load(std::memory_order_acquire) == 0; }
    Endpoint& endpoint() noexcept { return *endpoint_; }
    /// How many calls have started. Main thread.
    std::uint64_t calls() const noexcept { return calls_; }

private:
    void open(wire::Message& message);
    void request(wire::Message& message, unsigned depth);
    /// Lets the plugin serve the request, and writes it to the log and the trace.
    void watched_call(RunningCall& call, const bridge32_request& request);
    void run_on_pool(wire::Message message);
    void close();
    void release_plugin();
    void send_error(const wire::Message& message, std::string_view type, std::string_view text);

    std::shared_ptr<Endpoint> endpoint_;
    PluginRegistry* registry_;
    WorkerPool* pool_;
    std::shared_ptr<hosting::PluginInstance> instance_;
    wire::Message message_;
    std::atomic<std::size_t> running_{0};         // on the pool, or waiting there
    std::optional<std::uint64_t> close_request_;  // is answered when no call runs
    std::uint64_t calls_ = 0;
    bool releasing_ = false;  // the plugin is being shut down
    bool finished_ = false;
    std::atomic<bool> stopping_{false};
};

}  // namespace bridge32::host
