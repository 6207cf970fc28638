// One client's session: its endpoint, and its instance of a plugin.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "host32/endpoint/endpoint.hpp"
#include "host32/session/lookout.hpp"
#include "host32/session/plugin_registry.hpp"
#include "host32/session/worker_pool.hpp"
#include "hosting/plugin_module.hpp"

namespace bridge32::host {

class RunningCall;

/// Main thread only, but for what a lookout may do. Calls of a plugin that allows it run on the
/// pool's threads.
class Session {
public:
    /// `registry`, `pool` and `lookout` outlive the session. Without `lookout` the main thread
    /// reads everything.
    Session(std::shared_ptr<Endpoint> endpoint, PluginRegistry& registry, WorkerPool& pool,
            Lookout* lookout = nullptr);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    /// Shuts the plugin down and tells the client that the host has gone. Only while `idle`.
    ~Session();

    /// True if there is something to serve and room for a reply. Cheap, for spinning.
    bool ready() const noexcept;
    /// Serves the next message.
    void serve();

    /// For the lookout, while it reads: takes the next message. False if that is the main thread's,
    /// or there is none; true for a call, which `run_call` must run then.
    bool take_call(wire::Message& message);
    /// For the lookout, which has stepped back. The session may be destroyed as soon as this
    /// returns.
    void run_call(wire::Message& message);

    /// The host ends: running calls may finish, waiting ones are not started.
    void stop() noexcept { stopping_.store(true); }

    /// The client has closed, broken the protocol, or died; or the host ends and no call runs any
    /// more.
    bool finished() const noexcept {
        return finished_ || endpoint_->closed() || (stopping_.load() && idle());
    }
    /// No call runs, or waits, on a thread of the pool.
    bool idle() const noexcept { return calls_on_pool() == 0; }
    /// The same. If not, the main thread is woken when the call of some other thread ends.
    bool await_idle() noexcept {
        running_.fetch_or(kAwaited);
        return idle();
    }
    Endpoint& endpoint() noexcept { return *endpoint_; }
    /// How many calls have started. Main thread.
    std::uint64_t calls() const noexcept { return calls_; }

private:
    void open(wire::Message& message);
    /// `runner`: the lookout, if it runs the call and may cover the main thread before the reply.
    void request(wire::Message& message, unsigned depth, Lookout* runner = nullptr);
    /// Lets the plugin serve the request, and writes it to the log and the trace.
    void watched_call(RunningCall& call, const bridge32_request& request);
    void run_on_pool(wire::Message message);
    std::size_t calls_on_pool() const noexcept {
        return running_.load(std::memory_order_acquire) / kOneCall;
    }
    /// A call has ended. True if the main thread is to be woken. The session may be destroyed now.
    bool end_call() noexcept;
    void close();
    void release_plugin();
    void send_error(const wire::Message& message, std::string_view type, std::string_view text);

    std::shared_ptr<Endpoint> endpoint_;
    PluginRegistry* registry_;
    WorkerPool* pool_;
    Lookout* lookout_;  // may be null
    std::shared_ptr<hosting::PluginInstance> instance_;
    wire::Message message_;
    // Calls on the pool, or waiting there, times kOneCall; and kAwaited: the main thread waits for
    // their end. Both are in one word, so that the thread that ends the last call learns in the
    // same step whether the main thread waits: it must not touch the session afterwards.
    static constexpr std::size_t kAwaited = 1;
    static constexpr std::size_t kOneCall = 2;
    std::atomic<std::size_t> running_{0};
    // A lookout has found what it must leave to the main thread: message_, or this error.
    std::atomic<bool> left_{false};
    std::exception_ptr left_error_;
    std::optional<std::uint64_t> close_request_;  // is answered when no call runs
    std::uint64_t calls_ = 0;
    bool releasing_ = false;  // the plugin is being shut down
    bool finished_ = false;
    std::atomic<bool> stopping_{false};
};

}  // namespace bridge32::host
