// A host that serves many clients: somebody started it with --serve, or the first of them did.
#include <algorithm>
#include <atomic>
#include <optional>
#include <string>
#include <thread>

#include "base/times.hpp"
#include "bridge32/error.hpp"
#include "client/hosts/channel_backend.hpp"
#include "client/hosts/host_command.hpp"
#include "client/hosts/host_process.hpp"
#include "os/path.hpp"
#include "os/process.hpp"
#include "wire/control.hpp"

namespace bridge32::client {

namespace {

/// No host has the name, or the one that has it ends: another may be started.
struct NoSuchHost : ConnectionClosed {
    using ConnectionClosed::ConnectionClosed;
};

/// The host's control segment. Between a host's taking of its name and its being ready a
/// moment passes, which is waited out.
wire::ControlClient find_control(const std::string& host, Clock::time_point deadline) {
    if (!wire::is_host_name(host)) return wire::ControlClient(host);  // throws, and at once
    const auto patience = std::min(deadline, Clock::now() + times::kHostReady);
    for (;;) {
        try {
            return wire::ControlClient(host);
        } catch (const ConnectionClosed& e) {
            throw NoSuchHost(e.what());
        } catch (const Error&) {
            if (Clock::now() >= patience) throw;
            std::this_thread::sleep_for(times::kConnectRetry);
        }
    }
}

std::optional<os::ProcessHandle> process_of(const wire::ControlClient& control,
                                            const std::string& host) {
    try {
        return os::ProcessHandle::of_visible(control.host_pid());
    } catch (const Error&) {
        throw NoSuchHost("the shared host \"" + host + "\" has just ended");
    }
}

class SharedHost : public ChannelBackend {
public:
    SharedHost(const std::string& host, const std::string& plugin, const BackendOptions& options,
               std::shared_ptr<Inbound> inbound)
        : ChannelBackend(plugin, options, std::move(inbound), [this] { return host_alive(); }),
          host_(host),
          control_(find_control(host, deadline_after(options.startup_timeout))),
          process_(process_of(control_, host_)) {
        const auto deadline = deadline_after(options.startup_timeout);
        control_.link(endpoint().channel());
        send_open(options);
        try {
            if (open(deadline)) return;
        } catch (const PeerGone&) {
            const auto state = endpoint().channel().host_state();
            if (state == wire::HostState::kAbsent || state == wire::HostState::kGone) {
                throw NoSuchHost("the shared host \"" + host_ +
                                 "\" ended before it accepted this client");
            }
            throw_peer_gone("(constructor)", Noticed::kDuringTheCall, 0);
        } catch (...) {
            close(Clock::now() +
                  times::kFarewell);  // the host lives on: it must not keep our channel
            throw;
        }
        close(Clock::now());
        throw StartupError("the shared host \"" + host_ +
                           "\" did not answer within the startup_timeout. It may be busy with a "
                           "long call of another client");
    }

    ~SharedHost() override {
        if (!closed_) close(Clock::now() + times::kFarewell);
    }

    /// The host is not ours to end: it goes on for its other clients.
    void terminate() override {
        if (!closed_.exchange(true)) {
            close(Clock::now());
            endpoint().peer_died();
        }
    }

    Streams shutdown(std::chrono::milliseconds timeout) override {
        if (!closed_.exchange(true)) {
            close(deadline_after(timeout));
            endpoint().peer_died();
        }
        return {};
    }

    bool crashed() const noexcept override {
        return !closed_ && !endpoint().broken() && endpoint().peer_gone();
    }

private:
    /// The link's end is all that it need know.
    void end_broken() noexcept override {}

    bool host_alive() noexcept {
        return process_ ? process_->alive() : !endpoint().channel().link().ended();
    }

    bool absent() noexcept { return endpoint().channel().host_state() == wire::HostState::kAbsent; }

    /// Announces the channel, and waits for the plugin; false when `deadline` came first.
    bool open(Clock::time_point deadline) {
        while (Clock::now() < deadline) {
            auto next_look = times::kSlotLook;
            if (absent() && !endpoint().channel().introduce()) next_look = times::kConnectRetry;
            if (endpoint().channel().link().ended() && absent() && host_alive()) {
                throw StartupError("the shared host \"" + host_ +
                                   "\" closed the connection before it accepted this client. Its "
                                   "output has the reason");
            }
            if (finish_open(std::min(deadline, Clock::now() + next_look), control_.host_pid()))
                return true;
        }
        return false;
    }

    [[noreturn]] void throw_peer_gone(std::string_view method, Noticed when,
                                      std::uint64_t call_id) override {
        const std::string what = plugin() + "." + std::string(method);
        if (closed_) {
            throw ConnectionClosed("the client was shut down: " + what +
                                   " cannot be called any more");
        }
        throw_if_link_lost(what);
        if (endpoint().channel().host_state() == wire::HostState::kRefused) {
            throw ConnectionClosed("the shared host \"" + host_ +
                                   "\" rejected this client. The host's output has the reason");
        }
        const bool first = !reported_.exchange(true);
        if (endpoint().channel().host_state() == wire::HostState::kGone ||
            (when == Noticed::kBeforeTheCall && !first)) {
            throw ConnectionClosed("the shared host \"" + host_ + "\" has ended: " + what +
                                   " did not return. Connect again once it is running");
        }
        if (process_) process_->wait(times::kCrashedHostEnd);
        throw_crashed({"the shared host \"" + host_ + "\" (" +
                           wire::process_in_words(control_.host_pid()) + ")",
                       {},
                       std::nullopt,
                       false},
                      method, when, call_id);
    }

    std::string host_;
    wire::ControlClient control_;
    std::optional<os::ProcessHandle> process_;  // null: the link alone tells
    std::atomic<bool> closed_{false};
    std::atomic<bool> reported_{false};
};

/// Starts a host that is nobody's; returns what went wrong, or nothing.
std::string start_shared_host(const std::string& host, const BackendOptions& options,
                              Clock::time_point deadline) {
    std::vector<std::string> arguments{"--serve", host, "--detach"};
    if (options.host_idle_timeout) {
        const auto seconds = std::chrono::duration<double>(*options.host_idle_timeout).count();
        arguments.insert(arguments.end(), {"--idle-timeout", std::to_string(seconds)});
    }
    auto command = host_command(options, std::move(arguments));
    // It must not keep our folder, or its file system, in use.
    if (command.working_directory.empty()) {
        command.working_directory = os::steps_to(command.executable).front();
    }
    try {
        HostProcess starter(command, nullptr, [] {});
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
        const bool in_time = starter.wait(std::max(left, std::chrono::milliseconds(0)));
        if (!in_time) starter.kill();
        const auto status = starter.status();
        if (status.known && !status.by_fault && status.code == 0) return {};
        return "cannot start the shared host \"" + host + "\": " + command.executable.string() +
               (in_time ? " ended with " + status.in_words()
                        : std::string(" was not ready within the startup_timeout")) +
               ". It printed: " + starter.printed().err;
    } catch (const Error& e) {
        return e.what();
    }
}

}  // namespace

std::shared_ptr<Backend> connect_to_shared_host(const std::string& host, const std::string& plugin,
                                                const BackendOptions& options,
                                                const std::shared_ptr<Inbound>& inbound) {
    const auto deadline = deadline_after(options.startup_timeout);
    std::string failure;  // of our start
    for (;;) {
        try {
            return std::make_shared<SharedHost>(host, plugin, options, inbound);
        } catch (const NoSuchHost& e) {
            if (!options.start_host) throw ConnectionClosed(e.what());
            // Another client may have been faster with its start: then there is a host now.
            if (!failure.empty()) throw StartupError(failure);
            if (Clock::now() >= deadline) throw StartupError(e.what());
        }
        failure = start_shared_host(host, options, deadline);
    }
}

}  // namespace bridge32::client
