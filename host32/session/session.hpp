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
    /// Shuts the plugin down and tells the client that the host has gone. Not while calls run:
    /// see `idle`.
    ~Session();

    /// Is there something to do, and room for a reply? Cheap, for spinning on.
    bool ready() const noexcept;
    /// Does the next thing.
    void serve();

    /// The host ends: calls that run may finish, what waits is not begun.
    void stop() noexcept { stopping_.store(true); }

    /// The client asked for the end, or broke the protocol, or has died, or the host ends and no
    /// call runs any more.
    bool finished() const noexcept {
        return finished_ || endpoint_->closed() || (stopping_.load() && idle());
    }
    /// No call runs on another thread.
    bool idle() const noexcept { return running_.load(std::memory_order_acquire) == 0; }
    Endpoint& endpoint() noexcept { return *endpoint_; }
    /// How many calls have begun. Main thread.
    std::uint64_t calls() const noexcept { return calls_; }

private:
    void open(wire::Message& message);
    void request(wire::Message& message, unsigned depth);
    /// The plugin serves the request, and whoever watches learns of it.
    void watched_call(RunningCall& call, const bridge32_request& request);
    void run_on_pool(wire::Message message);
    void close();
    void let_go_of_plugin();
    void send_error(const wire::Message& message, std::string_view type, std::string_view text);

    std::shared_ptr<Endpoint> endpoint_;
    PluginRegistry* registry_;
    WorkerPool* pool_;
    std::shared_ptr<hosting::PluginInstance> instance_;
    wire::Message message_;
    std::atomic<std::size_t> running_{0};         // on the pool, or waiting there
    std::optional<std::uint64_t> close_request_;  // answered when no call runs
    std::uint64_t calls_ = 0;
    bool leaving_ = false;  // the plugin is being let go of
    bool finished_ = false;
    std::atomic<bool> stopping_{false};
};

}  // namespace bridge32::host
