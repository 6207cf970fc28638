#include "host.hpp"

#include <algorithm>
#include <cstdio>
#include <thread>

#include "bridge32/error.hpp"
#include "os/message_pump.hpp"
#include "watchdog.hpp"

namespace bridge32::host {

namespace {

using std::chrono::milliseconds;

// How often a sleeping host looks after its clients. Ten short wake-ups a second are a few
// hundred thousandths of a core.
constexpr milliseconds kTick{100};
// While a client does not read its replies, it is polled for room.
constexpr milliseconds kBlockedTick{1};

std::atomic<bool> stop_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "stop() is called by a signal handler");

}  // namespace

void Host::stop() noexcept { stop_requested.store(true); }

void Host::attach(const std::string& channel, wire::ControlServer* control) {
    auto attached =
        wire::Channel::attach(channel, control == nullptr ? nullptr : &control->bell_words());
    const wire::Doorbell bell = control == nullptr ? attached->own_bell() : control->bell();
    auto link = std::make_shared<Link>(std::move(attached), bell);
    sessions_.push_back(std::make_unique<Session>(link, registry_, pool_));
    link->channel().set_host_state(wire::HostState::kAttached);
}

bool Host::any_ready() const noexcept {
    return std::any_of(sessions_.begin(), sessions_.end(),
                       [](const auto& session) { return session->ready(); });
}

bool Host::serve_turn() {
    bool worked = false;
    bool finished = false;
    for (auto& session : sessions_) {
        if (session->ready()) {
            session->serve();
            worked = true;
        }
        finished = finished || session->finished();
    }
    if (finished) drop_finished();
    return worked;
}

void Host::drop_finished() {
    for (auto& session : sessions_) {
        if (session->finished()) session->link().close();  // whoever waits for the client stops
    }
    std::erase_if(sessions_,
                  [](const auto& session) { return session->finished() && session->idle(); });
}

void Host::tick() {
    os::pump_messages();  // a client in a loop leaves no time to sleep
    const auto now = std::chrono::steady_clock::now();
    bool blocked = false;
    for (auto& session : sessions_) {
        if (!session->link().blocked()) continue;
        session->link().flush();
        blocked = blocked || session->link().blocked();
    }
    if (now >= next_tick_) {
        next_tick_ = now + kTick;
        for (auto& session : sessions_) {
            if (!session->link().client_alive()) session->link().close();
        }
        drop_finished();
    }
    if (blocked) next_tick_ = std::min(next_tick_, now + kBlockedTick);
}

void Host::finish() {
    // Calls on other threads end when their callbacks find nobody, or never: then the process
    // is ended from outside, as with one that hangs on the main thread.
    for (auto& session : sessions_)
        session->link().close();
    while (!std::all_of(sessions_.begin(), sessions_.end(),
                        [](const auto& session) { return session->idle(); })) {
        std::this_thread::sleep_for(kBlockedTick);
    }
    sessions_.clear();
}

void Host::serve_client(const std::string& channel) {
    attach(channel, nullptr);
    die_with(sessions_.front()->link().channel().client_pid(), channel);
    while (!sessions_.empty() && !stop_requested.load()) {
        if (serve_turn()) continue;
        tick();
        if (sessions_.empty()) break;
        sessions_.front()->link().channel().own_bell().wait(
            [this] { return any_ready() || stop_requested.load(std::memory_order_relaxed); },
            next_tick_);
    }
    finish();
}

void Host::serve_all(const std::string& name) {
    wire::ControlServer control(name);
    std::printf("bridge32: serving \"%s\" as process %u\n", name.c_str(), os::own_pid());
    std::fflush(stdout);
    while (!stop_requested.load()) {
        if (control.ready()) {
            for (const auto& channel : control.take()) {
                try {
                    attach(channel, &control);
                } catch (const Error& e) {
                    std::fprintf(stderr, "bridge32 host: refused a client: %s\n", e.what());
                }
            }
        }
        if (serve_turn()) continue;
        tick();
        control.free_abandoned_slots();
        control.bell().wait(
            [&] {
                return any_ready() || control.ready() ||
                       stop_requested.load(std::memory_order_relaxed);
            },
            next_tick_);
    }
    finish();
}

}  // namespace bridge32::host
