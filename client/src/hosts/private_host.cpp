// A host that this client starts, and that ends with it.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <utility>

#include "base/times.hpp"
#include "bridge32/error.hpp"
#include "bridge32/internal/text/path_text.hpp"
#include "client/hosts/channel_backend.hpp"
#include "client/hosts/host_command.hpp"
#include "client/hosts/host_process.hpp"
#include "client/hosts/host_version.hpp"
#include "os/debugger.hpp"

namespace bridge32::client {

namespace {

// The tail of what a host printed is what explains its end.
constexpr std::size_t kShownOutput = 2000;

std::string in_seconds(std::chrono::milliseconds time) {
    const auto text = std::to_string(static_cast<double>(time.count()) / 1000.0);
    return text.substr(0, text.find('.') + 4) + " s";
}

std::string tail(const std::string& text) {
    return text.size() <= kShownOutput ? text : "…" + text.substr(text.size() - kShownOutput);
}

std::string what_it_printed(const Streams& streams) {
    const std::string text = tail(streams.out + streams.err);
    return text.empty() ? "It printed nothing." : "It printed:\n" + text;
}

class PrivateHost : public ChannelBackend {
public:
    PrivateHost(const std::string& plugin, const BackendOptions& options,
                std::shared_ptr<Inbound> inbound)
        : ChannelBackend(plugin, options, std::move(inbound),
                         [this] { return !host_ || host_->alive(); }) {
        wire::Link hosts_end = link_to_new_host();
        send_open(options);
        auto process = host_command(options, {"--attach", hosts_end.text()});
        process.inherited = hosts_end.handle();
        executable_ = detail::utf8_of(process.executable);
        // A person is going to attach a debugger, and to look around.
        const std::chrono::milliseconds timeout =
            os::debugger_wanted() ? times::kForDebugger : options.startup_timeout;
        const auto deadline = deadline_after(timeout);
        try {
            host_.emplace(process, options.on_output, [this] { endpoint().peer_died(); });
        } catch (const Error& e) {
            throw StartupError(e.what());
        }
        hosts_end = wire::Link();  // else ours would not tell of its end
        finish_start(options, deadline, timeout);
    }

    ~PrivateHost() override { host_.reset(); }

    void terminate() override {
        terminated_ = true;
        kill();
        host_->status();
        endpoint().peer_died();  // from now on restart() sees that it is gone
    }

    Streams shutdown(std::chrono::milliseconds timeout) override {
        const std::lock_guard lock(shutdown_);
        if (!ended_) {
            ending_ = true;
            const auto deadline = deadline_after(timeout);
            close(deadline);
            const auto left =
                std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
            if (!host_->wait(std::max(left, std::chrono::milliseconds(0)))) {
                killed_ = true;
                kill();
            }
            host_->status();
            ended_ = true;
        }
        return host_->printed();
    }

    bool crashed() const noexcept override {
        return !ended_ && !endpoint().broken() && endpoint().peer_gone();
    }

private:
    /// Also where this process may not: a host that still runs its main loop or watchdog ends by
    /// itself.
    void kill() noexcept {
        host_->kill();
        endpoint().hang_up();
    }

    void end_broken() noexcept override {
        if (host_) kill();
    }

    wire::Link link_to_new_host() {
        try {
            return endpoint().channel().link_to_new_host();
        } catch (const Error& e) {
            throw StartupError(e.what());
        }
    }

    void finish_start(const BackendOptions& options, Clock::time_point deadline,
                      std::chrono::milliseconds timeout) {
        try {
            if (finish_open(deadline, host_->pid())) return;
        } catch (const PeerGone&) {
            const auto state = endpoint().channel().host_state();
            if (state == wire::HostState::kAbsent || state == wire::HostState::kRefused) {
                const auto status = host_->status();
                const auto printed = host_->printed();
                const std::string problem =
                    version_problem(options, executable_, endpoint().channel());
                if (!problem.empty()) throw StartupError(problem, printed.out + printed.err);
                throw StartupError("the host " + executable_ + " ended with " + status.in_words() +
                                       " before it was ready. " + what_it_printed(printed),
                                   printed.out + printed.err);
            }
            throw_peer_gone("(constructor)", Noticed::kDuringTheCall, 0);
        }
        kill();
        host_->status();
        const auto printed = host_->printed();
        const bool attached = endpoint().channel().host_state() == wire::HostState::kAttached;
        throw StartupError("the host " + executable_ + " did not " +
                               (attached ? "finish the constructor of " + plugin() : "answer") +
                               " within the startup_timeout of " + in_seconds(timeout) +
                               " and was killed. " + what_it_printed(printed),
                           printed.out + printed.err);
    }

    [[noreturn]] void throw_peer_gone(std::string_view method, Noticed when,
                                      std::uint64_t call_id) override {
        const std::string what = plugin() + "." + std::string(method);
        const auto throw_shut_down = [&] {
            throw ConnectionClosed("the client was shut down: " + what +
                                   " cannot be called any more");
        };
        const bool killed_it = terminated_ && when == Noticed::kDuringTheCall;
        if (ended_ && !killed_it) throw_shut_down();
        throw_if_link_lost(what);
        if (!host_->wait(times::kCrashedHostEnd)) kill();
        const auto status = host_->status();
        // Another thread ends the host in order, and has not heard of its end yet.
        if (ending_ && !killed_it && (killed_ || !status.by_fault)) throw_shut_down();
        if (terminated_ && when == Noticed::kBeforeTheCall) {
            throw ConnectionClosed("the host was terminated by this client: " + what +
                                   " cannot be called until Client::restart");
        }
        const bool first = !reported_.exchange(true);
        if (when == Noticed::kBeforeTheCall && !first) {
            throw ConnectionClosed(
                "the host died earlier: " + status.in_words() + ": " + what +
                " cannot be called. Create a new client, or use restart = on_crash");
        }
        throw_crashed({"the host", status, host_->printed(), terminated_}, method, when, call_id);
    }

    std::string executable_;
    std::mutex shutdown_;
    std::atomic<bool> ending_{false};
    std::atomic<bool> killed_{false};  // by shutdown
    std::atomic<bool> ended_{false};
    std::atomic<bool> terminated_{false};
    std::atomic<bool> reported_{false};
    std::optional<HostProcess> host_;
};

}  // namespace

std::shared_ptr<Backend> start_private_host(const std::string& plugin,
                                            const BackendOptions& options,
                                            std::shared_ptr<Inbound> inbound) {
    return std::make_shared<PrivateHost>(plugin, options, std::move(inbound));
}

}  // namespace bridge32::client
