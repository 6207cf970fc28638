// The host's main loop: serves its sessions in turn, and sleeps when there is nothing to do.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "host32/session/lookout.hpp"
#include "host32/session/plugin_registry.hpp"
#include "host32/session/session.hpp"
#include "host32/session/worker_pool.hpp"
#include "wire/control.hpp"

namespace bridge32::host {

/// How a host serves several clients.
struct ServeOptions {
    /// The host ends after this long without clients; empty: never.
    std::optional<std::chrono::milliseconds> idle_timeout = {};
    /// How long the main thread waits for a client that runs a callback or does not read, while
    /// others wait for the main thread. Then the callback, or event, fails.
    std::chrono::milliseconds callback_timeout{500};
    /// Called when clients can connect.
    std::function<void()> on_ready = {};
};

/// Serves one private channel, or those of all clients that come to a shared host. Everything
/// runs on the thread that calls `serve_…`, the process's main thread, so that a plugin is
/// constructed, called and destroyed on one thread. After `request_stop`, running calls have
/// `stop_timeout` to finish; waiting calls are refused.
class Host {
public:
    Host(PluginRegistry& registry, std::chrono::milliseconds stop_timeout)
        : registry_(registry), stop_timeout_(stop_timeout) {}

    /// Serves the client at the other end of `link` until it closes or dies. Throws bridge32::Error
    /// when its channel cannot be attached to.
    void serve_client(wire::Link link);

    /// Serves all clients that find the host under `name`. Throws bridge32::Error when the name
    /// is taken.
    void serve_all(const std::string& name, const ServeOptions& options);

private:
    /// Serves at most one request of each session, so that none waits for a busy one. True if
    /// there was something to do.
    bool serve_turn();
    /// For the lookout: runs the next call. False if the main thread has to do something.
    bool serve_call();
    /// A host of several clients sleeps at the bell of `control`; with null, the host sleeps at
    /// the channel's own bell.
    Session& attach(wire::Link link, wire::ControlServer* control);
    /// Attaches to the channel of the next client that has come.
    void welcome(wire::ControlServer& control, const ServeOptions& options);
    bool any_ready() const noexcept;
    /// All calls that have started so far.
    std::uint64_t calls() const noexcept;
    /// Updates what `bridge32 ps` shows of this host.
    void publish(wire::ControlServer& control) const noexcept;
    /// True if a client other than that of `endpoint` waits for the main thread.
    bool others_wait(const Endpoint& endpoint, const wire::ControlServer& control) const noexcept;
    /// The regular work, busy or not: ends the sessions of dead clients, sends what waits for slow
    /// readers. True once in kHostTick.
    bool tick(std::chrono::steady_clock::time_point now);

    /// Drops the sessions that have ended and have no running call.
    void drop_finished();
    /// Ends all sessions, each when its running calls have finished.
    void finish();
    /// Tells all clients that the host is gone. Any thread.
    void abandon_clients() noexcept;

    PluginRegistry& registry_;
    std::chrono::milliseconds stop_timeout_;
    Lookout lookout_;             // outlives the pool
    wire::Message lookout_call_;  // that the lookout runs
    WorkerPool pool_;             // outlives the sessions
    std::mutex changing_;         // held while sessions_ changes; the main thread reads without it
    std::vector<std::unique_ptr<Session>> sessions_;
    std::chrono::steady_clock::time_point next_tick_{};
    std::uint64_t calls_of_dropped_ = 0;  // sessions
};

}  // namespace bridge32::host
