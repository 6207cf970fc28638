// A backend on the other side of a channel: what private and shared hosts have in common.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "client/crash/crash_error.hpp"
#include "client/endpoint/endpoint.hpp"
#include "client/hosts/backend.hpp"
#include "client/hosts/backend_call.hpp"
#include "os/fork.hpp"

namespace bridge32::client {

class ChannelBackend : public Backend {
public:
    void start(detail::Call& call, std::string_view method, Deadline deadline) override;
    bool wait(detail::Call& call, std::string_view method, Deadline deadline) override;
    void abandon(detail::Call& call, bool tell_host) noexcept override;
    void when_done(detail::Call& call, std::function<void()> task) override;
    void notify(detail::Call& call) override;
    detail::BlockShare make_block(std::uint64_t size) override;
    void read_idle(Clock::time_point deadline) override { endpoint_.read_idle(deadline); }
    void interrupt_idle() noexcept override { endpoint_.interrupt_idle(); }
    void break_off(const std::string& found) noexcept override { endpoint_.break_off(found); }
    const HostInfo& info() const noexcept override { return info_; }

protected:
    ChannelBackend(std::string plugin, const BackendOptions& options,
                   std::shared_ptr<Inbound> inbound, std::function<bool()> peer_alive);

    /// Puts the message that names the plugin and its kwargs into the ring. May be done before
    /// there is a host.
    void send_open(const BackendOptions& options);
    /// Waits for the answer to `send_open` and fills in `info_`; false when the deadline came
    /// first. `host_pid`: as this process sees it. Throws PeerGone, PluginError, ProtocolError.
    bool finish_open(Clock::time_point deadline, std::uint32_t host_pid);
    /// Asks the host to shut the plugin down; false when there was no answer in time. Throws
    /// nothing: a host that is gone has no plugin left.
    bool close(Clock::time_point deadline) noexcept;

    /// The host has violated the protocol, and nothing is read from it any more: ends it, if it is
    /// this client's alone. On any thread.
    virtual void end_broken() noexcept = 0;

    /// When it was noticed that the host has gone.
    enum class Noticed { kBeforeTheCall, kDuringTheCall };
    /// Throws the error for the caller of `method`. `call_id` is the id of the call once it is
    /// sent.
    [[noreturn]] virtual void throw_peer_gone(std::string_view method, Noticed when,
                                              std::uint64_t call_id) = 0;
    /// Throws ConnectionClosed if this process itself has closed the connection to the host.
    void throw_if_link_lost(const std::string& what);
    /// The host died, and its process has ended.
    [[noreturn]] void throw_crashed(const HostEnd& end, std::string_view method, Noticed when,
                                    std::uint64_t call_id);

    Endpoint& endpoint() noexcept { return endpoint_; }
    const Endpoint& endpoint() const noexcept { return endpoint_; }
    const std::string& plugin() const noexcept { return plugin_; }

private:
    /// Waits for the reply, and lets `run` have the callbacks and events that come before. False
    /// at `deadline`, which is looked at between them, too.
    template <class Run>
    bool await(WaitingCall& call, Deadline deadline, const Run& run);
    /// Runs a callback or an event, on this thread. The answer of a callback waits for room until
    /// `deadline`.
    void run(const wire::Message& message, Deadline deadline = Deadline::max());
    void run_callback(const wire::Message& message, Deadline deadline);
    void run_event(const wire::Message& message);
    /// The reply is no result: reads the error that it is, which the core throws.
    void read_failure(BackendCall& call);
    /// For the dispatcher; false when there is nobody to run it.
    bool take_stray(wire::Message& message);

    os::OwnerProcess owner_;
    std::string plugin_;
    std::atomic<bool> closing_{false};
    std::shared_ptr<Inbound> inbound_;
    Endpoint endpoint_;
    BackendCall open_;
    HostInfo info_;
    CrashErrors crash_errors_;
};

}  // namespace bridge32::client
