#include "host32/session/host.hpp"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <thread>
#include <utility>

#include "base/times.hpp"
#include "bridge32/error.hpp"
#include "diagnostics/log.hpp"
#include "diagnostics/trace.hpp"
#include "host32/session/signals.hpp"
#include "host32/session/stop.hpp"
#include "host32/session/watchdog.hpp"
#include "os/message_pump.hpp"

namespace bridge32::host {

namespace {

// What one client process can hold: each channel is an instance, a descriptor and half a MiB.
// Those in other PID namespaces count as one.
constexpr std::ptrdiff_t kMostChannelsOfAProcess = 256;

}  // namespace

Session& Host::attach(wire::Link link, wire::ControlServer* control) {
    auto attached = wire::Channel::attach(std::move(link),
                                          control == nullptr ? nullptr : &control->bell_words());
    const auto held = std::count_if(sessions_.begin(), sessions_.end(), [&](const auto& session) {
        return session->endpoint().channel().client_pid() == attached->client_pid();
    });
    if (held >= kMostChannelsOfAProcess) {
        attached->set_host_state(wire::HostState::kRefused);
        throw Error(wire::process_in_words(attached->client_pid()) + " has " +
                    std::to_string(held) + " channels already");
    }
    const wire::Doorbell bell = control == nullptr ? attached->own_bell() : control->bell();
    auto endpoint = std::make_shared<Endpoint>(std::move(attached), bell);
    auto session = std::make_unique<Session>(endpoint, registry_, pool_, &lookout_);
    {
        const std::lock_guard lock(changing_);
        sessions_.push_back(std::move(session));
    }
    endpoint->channel().set_host_state(wire::HostState::kAttached);
    if (diagnostics::logs(diagnostics::LogLevel::kInfo)) {
        diagnostics::log(
            diagnostics::LogLevel::kInfo,
            "serving a client in " + wire::process_in_words(endpoint->channel().client_pid()));
    }
    return *sessions_.back();
}

void Host::welcome(wire::ControlServer& control, const ServeOptions& options) {
    auto link = control.take();
    if (!link) return;
    try {
        Endpoint& endpoint = attach(std::move(*link), &control).endpoint();
        endpoint.limit_patience(options.callback_timeout, [this, &endpoint, &control] {
            return others_wait(endpoint, control);
        });
    } catch (const Error& e) {
        std::fprintf(stderr, "bridge32 host: refused a client: %s\n", e.what());
    }
}

void Host::publish(wire::ControlServer& control) const noexcept {
    control.publish(static_cast<std::uint32_t>(sessions_.size()), calls());
}

std::uint64_t Host::calls() const noexcept {
    std::uint64_t sum = calls_of_dropped_;
    for (const auto& session : sessions_)
        sum += session->calls();
    return sum;
}

bool Host::any_ready() const noexcept {
    return std::any_of(sessions_.begin(), sessions_.end(),
                       [](const auto& session) { return session->ready(); });
}

bool Host::others_wait(const Endpoint& endpoint,
                       const wire::ControlServer& control) const noexcept {
    return stop_requested() || control.ready() ||
           std::any_of(sessions_.begin(), sessions_.end(), [&](const auto& session) {
               return &session->endpoint() != &endpoint && session->ready();
           });
}

bool Host::serve_turn() {
    bool worked = false;
    bool finished = false;
    for (auto& session : sessions_) {
        if (session->ready()) {
            session->endpoint().flush();  // no tick comes while there is always a request
            session->serve();
            worked = true;
        }
        finished = finished || session->finished();
    }
    if (finished) drop_finished();
    return worked;
}

bool Host::serve_call() {
    for (auto& one : sessions_) {
        if (!one->ready()) continue;
        Session& session = *one;  // lives while its call runs, but the list may change
        if (!session.take_call(lookout_call_)) return false;
        lookout_.step_back();
        session.run_call(lookout_call_);
        return true;
    }
    return false;
}

void Host::drop_finished() {
    std::vector<std::unique_ptr<Session>> dropped;
    {
        const std::lock_guard lock(changing_);
        for (auto& session : sessions_) {
            if (!session->finished()) continue;
            session->endpoint().close();  // whoever waits for the client stops
            if (!session->await_idle()) continue;
            calls_of_dropped_ += session->calls();
            dropped.push_back(std::move(session));
        }
        std::erase(sessions_, nullptr);
    }
    // The plugins are shut down here, without the lock: that may take long.
}

bool Host::tick(Clock::time_point now) {
    os::pump_messages();  // while clients keep the host busy, it never sleeps
    bool blocked = false;
    for (auto& session : sessions_) {
        if (!session->endpoint().blocked()) continue;
        session->endpoint().flush();
        blocked = blocked || session->endpoint().blocked();
    }
    const bool due = now >= next_tick_;
    if (due) {
        diagnostics::flush_trace(false);
        take_back_signals();
        next_tick_ = now + times::kHostTick;
        for (auto& session : sessions_) {
            if (!session->endpoint().client_alive()) session->endpoint().close();
        }
        drop_finished();
    }
    if (blocked) next_tick_ = std::min(next_tick_, now + times::kBlockedTick);
    return due;
}

void Host::finish() {
    for (auto& session : sessions_)
        session->stop();
    // The StopGuard limits the time that this takes.
    for (;;) {
        drop_finished();
        if (sessions_.empty()) return;
        tick(Clock::now());
        std::this_thread::sleep_for(times::kBlockedTick);
    }
}

void Host::abandon_clients() noexcept {
    const std::lock_guard lock(changing_);
    for (auto& session : sessions_)
        session->endpoint().channel().set_host_state(wire::HostState::kGone);
}

void Host::serve_client(wire::Link link) {
    Endpoint& endpoint = attach(std::move(link), nullptr).endpoint();
    wire::Channel& channel = endpoint.channel();
    std::optional<StopGuard> guard;
    try {
        // Once the session is over, so is the link, and the process ends by itself.
        start_watchdog(channel.client_pid(),
                       [serving = endpoint.weak_from_this(), ended = channel.link().end_watch()] {
                           return !serving.expired() && ended();
                       });
        guard.emplace(stop_timeout_, [this] { abandon_clients(); });
    } catch (const Error&) {  // no thread
        channel.set_host_state(wire::HostState::kRefused);
        throw;
    }
    lookout_.begin({.bell = channel.own_bell(),
                    .mode = channel.wait_mode(),
                    .ready = [this] { return any_ready() || stop_requested(); },
                    .serve = [this] { return serve_call(); },
                    .memory = endpoint.shared_from_this()});
    while (!sessions_.empty() && !stop_requested()) {
        if (serve_turn()) continue;
        tick(Clock::now());
        if (sessions_.empty()) break;
        lookout_.wait(next_tick_);
    }
    finish();
    lookout_.end();
}

void Host::serve_all(const std::string& name, const ServeOptions& options) {
    wire::ControlServer control(name);
    const StopGuard guard(
        stop_timeout_,
        [&] {
            abandon_clients();
            control.withdraw();
        },
        [&] { return control.stop_asked(); });
    std::printf("bridge32: serving \"%s\" as process %u\n", name.c_str(), os::own_pid());
    std::fflush(stdout);
    if (options.on_ready) options.on_ready();
    lookout_.begin({.bell = control.bell(),
                    .mode = wire::WaitMode::kAdaptive,
                    .ready = [&] { return any_ready() || control.ready() || stop_requested(); },
                    .serve = [this] { return serve_call(); },
                    .memory = nullptr});

    auto idle_since = Clock::now();
    while (!stop_requested()) {
        if (control.ready()) {
            welcome(control, options);
            publish(control);  // its first call may take long
        }
        const bool worked = serve_turn();
        const auto now = Clock::now();
        // Also while clients keep the host busy all the time.
        if (tick(now)) {
            control.look_after(now);
            publish(control);
        }
        if (!sessions_.empty()) {
            idle_since = now;
        } else if (options.idle_timeout && now - idle_since >= *options.idle_timeout) {
            // New clients no longer find this host; those that have found it are still served.
            control.withdraw();
            if (!control.ready()) break;
        }
        if (worked) continue;
        lookout_.wait(next_tick_);
    }
    control.withdraw();
    finish();
    lookout_.end();
}

}  // namespace bridge32::host
