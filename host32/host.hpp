// The host's main loop: takes turns over its sessions, sleeps when there is nothing to do.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "plugin_registry.hpp"
#include "session.hpp"
#include "wire/control.hpp"
#include "worker_pool.hpp"

namespace bridge32::host {

/// Serves one private channel, or all channels that are announced in a control segment. All of
/// it runs on the thread that calls `serve_…`, the process's main thread, so that a plugin is
/// constructed, called and destroyed on one thread.
class Host {
public:
    explicit Host(PluginRegistry& registry) : registry_(registry) {}

    /// Serves the client that made `channel` until it is done or dead. Throws bridge32::Error
    /// when the channel cannot be attached to.
    void serve_client(const std::string& channel);

    /// Serves all clients that find the host under `name`, until `stop`. Throws bridge32::Error
    /// when the name is taken.
    void serve_all(const std::string& name);

    /// Ends `serve_…` after the call that is running. Async-signal-safe.
    static void stop() noexcept;

private:
    /// Serves at most one request of each session, so that none waits for a busy one. True when
    /// there was something to do.
    bool serve_turn();
    /// `control`: of a host of several clients, which sleeps there; null: at the channel's own
    /// bell.
    void attach(const std::string& channel, wire::ControlServer* control);
    bool any_ready() const noexcept;
    /// What must happen now and then, busy or not: dead clients leave, late readers catch up.
    void tick();

    /// Drops the sessions that have ended and whose last call is over.
    void drop_finished();
    /// Ends all sessions.
    void finish();

    PluginRegistry& registry_;
    WorkerPool pool_;  // outlives the sessions
    std::vector<std::unique_ptr<Session>> sessions_;
    std::chrono::steady_clock::time_point next_tick_{};
};

}  // namespace bridge32::host
