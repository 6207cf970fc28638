// A host that somebody started with --serve.
#include <algorithm>
#include <atomic>
#include <string>
#include <thread>

#include "bridge32/error.hpp"
#include "channel_backend.hpp"
#include "os/process.hpp"
#include "wire/control.hpp"

namespace bridge32::client {

namespace {

constexpr std::chrono::milliseconds kRetry{10};
// The request to close is in the ring, whether or not its answer is waited for.
constexpr std::chrono::milliseconds kFarewell{1000};
// A host that says that it crashed needs this long at most to end.
constexpr std::chrono::milliseconds kLastMoment{1000};

/// The host's control segment. Between a host's taking of its name and its being ready a
/// moment passes, which is waited out.
wire::ControlClient find_control(const std::string& host, Clock::time_point deadline) {
    const auto patience = std::min(deadline, Clock::now() + std::chrono::milliseconds(500));
    for (;;) {
        try {
            return wire::ControlClient(host);
        } catch (const ConnectionClosed&) {
            throw;
        } catch (const Error&) {
            if (Clock::now() >= patience) throw;
            std::this_thread::sleep_for(kRetry);
        }
    }
}

class SharedHost : public ChannelBackend {
public:
    SharedHost(const std::string& host, const std::string& plugin, const BackendOptions& options,
               std::shared_ptr<Inbound> inbound)
        : ChannelBackend(plugin, options, std::move(inbound), [this] { return process_.alive(); }),
          host_(host),
          control_(find_control(host, Clock::now() + options.startup_timeout)),
          process_(os::ProcessHandle::of(control_.host_pid())) {
        const auto deadline = Clock::now() + options.startup_timeout;
        connection().channel().use_peer_bell(control_.bell_words(),
                                             control_.segment_name() + "-host");
        send_open(options);
        try {
            while (!control_.post(connection().channel().name())) {
                if (Clock::now() >= deadline || !process_.alive()) break;
                std::this_thread::sleep_for(kRetry);
            }
            if (finish_open(deadline)) return;
        } catch (const PeerGone&) {
            throw_peer_gone("(constructor)", Noticed::kDuringTheCall, 0);
        } catch (...) {
            close(Clock::now() + kFarewell);  // the host lives on: it must not keep our channel
            throw;
        }
        close(Clock::now());
        throw StartupError("the shared host \"" + host_ +
                           "\" did not answer within the startup_timeout; is it busy with a long "
                           "call of another client?");
    }

    ~SharedHost() override {
        if (!closed_) close(Clock::now() + kFarewell);
    }

    /// The host is not ours to end: it goes on for its other clients.
    void terminate() override {
        if (!closed_.exchange(true)) {
            close(Clock::now());
            connection().peer_died();
        }
    }

    Streams shutdown(std::chrono::milliseconds timeout) override {
        if (!closed_.exchange(true)) {
            close(Clock::now() + timeout);
            connection().peer_died();
        }
        return {};
    }

    bool crashed() const noexcept override { return !closed_ && connection().peer_gone(); }

private:
    [[noreturn]] void throw_peer_gone(std::string_view method, Noticed when,
                                      std::uint64_t call_id) override {
        const std::string what = plugin() + "." + std::string(method);
        if (closed_) {
            throw ConnectionClosed("the client was shut down: " + what +
                                   " cannot be called any more");
        }
        if (connection().channel().host_state() == wire::HostState::kRefused) {
            throw ConnectionClosed("the shared host \"" + host_ +
                                   "\" refused this client; what the host printed says why");
        }
        const bool first = !reported_.exchange(true);
        if (connection().channel().host_state() == wire::HostState::kGone ||
            (when == Noticed::kBeforeTheCall && !first)) {
            throw ConnectionClosed("the shared host \"" + host_ + "\" has ended: " + what +
                                   " was not answered. Connect again when it runs");
        }
        process_.wait(kLastMoment);
        throw_crashed({"the shared host \"" + host_ + "\" (process " +
                           std::to_string(control_.host_pid()) + ")",
                       {},
                       std::nullopt,
                       false},
                      method, when, call_id);
    }

    std::string host_;
    wire::ControlClient control_;
    os::ProcessHandle process_;
    std::atomic<bool> closed_{false};
    std::atomic<bool> reported_{false};
};

}  // namespace

std::shared_ptr<Backend> connect_to_shared_host(const std::string& host, const std::string& plugin,
                                                const BackendOptions& options,
                                                std::shared_ptr<Inbound> inbound) {
    return std::make_shared<SharedHost>(host, plugin, options, std::move(inbound));
}

}  // namespace bridge32::client
