#include "client/endpoint/connection.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "bridge32/error.hpp"
#include "bridge32/internal/protocol/cancel.hpp"

namespace bridge32::client {

namespace {

constexpr std::chrono::milliseconds kLook{50};       // at the peer's life
constexpr std::chrono::milliseconds kRoomLook{1};    // at the room in a full ring
constexpr std::chrono::microseconds kRoomPause{50};  // while another thread leads
// A consumer that is at work makes room in this time, and is not disturbed by looks at its index.
constexpr int kTurnsForRoom = 64;
// Requests that are sent while a callback runs and that are no part of it.
constexpr std::uint32_t kMostBesideCallbacks = 1000;
constexpr std::chrono::milliseconds kHotLook{2};  // of who is not woken

/// The leader may be waiting for the very processor that a follower spins on.
wire::SpinBudget follower_spin(wire::WaitMode mode) {
    wire::SpinBudget budget(mode);
    budget.found_after_yielding(std::chrono::microseconds(2));
    return budget;
}

}  // namespace

Connection::Connection(std::unique_ptr<wire::Channel> channel, std::function<bool()> peer_alive,
                       std::function<bool(wire::Message&)> stray)
    : channel_(std::move(channel)),
      peer_alive_(std::move(peer_alive)),
      stray_(std::move(stray)),
      idle_bell_(channel_->own_bell().with_mode(wire::WaitMode::kBlock)),
      follower_spin_(follower_spin(channel_->wait_mode())),
      // Beside a leader and the host.
      most_spinning_(channel_->wait_mode() == wire::WaitMode::kSpin
                         ? std::numeric_limits<unsigned>::max()
                         : std::max(os::usable_processors(), 2U) - 2) {}

bool Connection::peer_gone() const noexcept {
    return gone_.load(std::memory_order_acquire) ||
           channel_->host_state() >= wire::HostState::kRefused;
}

void Connection::peer_died() noexcept {
    gone_.store(true, std::memory_order_release);
    channel_->own_bell().wake();
    const std::lock_guard lock(mutex_);
    for (auto* pending : pending_) {
        pending->arrived.notify_all();
        if (pending->on_done) std::exchange(pending->on_done, nullptr)();
    }
}

/// With mutex_ held.
void Connection::throw_if_gone() const {
    if (!protocol_error_.empty()) throw ProtocolError(protocol_error_);
    if (peer_gone()) throw PeerGone{};
}

bool Connection::send(wire::Envelope envelope, std::string_view json,
                      std::span<const bridge32_attachment> attachments, Pending* pending,
                      Clock::time_point deadline) {
    if (callbacks_running_.load(std::memory_order_relaxed) != 0 && !hold_back(envelope, deadline)) {
        return false;
    }
    const std::lock_guard sending(sending_);
    if (envelope.call_id == 0) envelope.call_id = ++last_id_;
    const bool gone = failed_.load(std::memory_order_acquire) || peer_gone();
    if (gone || (pending != nullptr && !expect_as_leader(*pending, envelope))) {
        const std::lock_guard lock(mutex_);
        throw_if_gone();
        if (pending != nullptr) expect_reply(*pending, envelope);
    }
    try {
        if (channel_->try_send(envelope, json, attachments)) return true;
        for (int turn = 0; turn < kTurnsForRoom; ++turn)
            os::relax();
        bool waited = false;
        while (!channel_->try_send(envelope, json, attachments)) {
            if (!std::exchange(waited, true)) channel_->want_space(true);
            Lock lock(mutex_);
            throw_if_gone();
            if (Clock::now() >= deadline) {
                if (pending != nullptr) give_up(*pending);
                channel_->want_space(false);
                return false;
            }
            wait_for_room(lock, pending, deadline);
        }
        if (waited) channel_->want_space(false);
        return true;
    } catch (...) {
        if (pending != nullptr) abandon(*pending, /*tell_host=*/false);
        throw;
    }
}

/// Who waits at once, and leads, need not be found by anybody: without the lock.
bool Connection::expect_as_leader(Pending& pending, const wire::Envelope& envelope) noexcept {
    // The answer to an open takes the start of a process.
    if (!pending.synchronous || envelope.kind != wire::FrameKind::kRequest) return false;
    bool led = false;
    if (!led_.compare_exchange_strong(led, true)) return false;
    pending.call_id = envelope.call_id;
    pending.done = false;
    pending.news.store(false, std::memory_order_relaxed);
    pending.attended = true;
    pending.leads = true;
    return true;
}

/// With mutex_ held. Who waits at once leads, too, if only the dispatcher does.
void Connection::expect_reply(Pending& pending, const wire::Envelope& envelope) {
    pending.call_id = envelope.call_id;
    pending.done = false;
    pending.news.store(false, std::memory_order_relaxed);
    pending.attended = pending.synchronous;
    enter(pending);
    pending.leads = pending.synchronous && envelope.kind == wire::FrameKind::kRequest && try_lead();
}

/// With mutex_ held: from now on others find it.
void Connection::enter(Pending& pending) {
    if (pending.registered) return;
    pending_.push_back(&pending);
    pending.registered = true;
}

/// `lock` holds mutex_, and does so afterwards.
void Connection::wait_for_room(Lock& lock, Pending* pending, Clock::time_point deadline) {
    const bool leads = pending != nullptr && std::exchange(pending->leads, false);
    if (leads) enter(*pending);  // who sends it may not be the leader any more
    if (!leads && !try_lead()) {
        lock.unlock();
        std::this_thread::sleep_for(kRoomPause);
        lock.lock();
        return;
    }
    // The host may be waiting for us to read: reading makes it free our ring.
    lead(lock, nullptr, Wanted::message_or_room, deadline, kRoomLook);
}

bool Connection::hold_back(const wire::Envelope& envelope, Clock::time_point deadline) {
    if (envelope.kind != wire::FrameKind::kRequest || envelope.related_id != 0) return true;
    if (sent_beside_callbacks_.fetch_add(1) < kMostBesideCallbacks) return true;
    while (callbacks_running_.load() != 0 && !peer_gone()) {
        if (Clock::now() >= deadline) return false;
        std::this_thread::sleep_for(kRoomLook);
    }
    return true;
}

void Connection::callback_ended() noexcept {
    if (callbacks_running_.fetch_sub(1) == 1) sent_beside_callbacks_.store(0);
}

Connection::Arrival Connection::wait(Pending& pending, Clock::time_point deadline) {
    Lock lock(mutex_, std::defer_lock);
    if (!pending.leads) {
        lock.lock();
        pending.attended = true;
    }
    while (pending.leads || (!pending.done && pending.inbox.empty())) {
        if (refused_count_.load(std::memory_order_relaxed) != 0) {
            const bool locked = lock.owns_lock();
            if (locked) lock.unlock();
            refuse_strays();
            if (locked) lock.lock();
            if (locked && (pending.done || !pending.inbox.empty())) break;
        }
        // A reply that came before the peer went still counts: the leader looks at the ring
        // first.
        const bool gone = peer_gone();
        const bool leads = pending.leads;
        if (leads) pending.leads = false;
        if (!leads && !protocol_error_.empty()) {
            give_up(pending);
            throw ProtocolError(protocol_error_);
        }
        if (leads || try_lead()) {
            lead(lock, &pending, Wanted::message, deadline, kLook);
            if (pending.done || !pending.inbox.empty()) break;
            if (gone) {
                give_up(pending);
                throw PeerGone{};
            }
        } else {
            wait_for_leader(lock, pending, deadline);
        }
        if (pending.done || !pending.inbox.empty()) break;
        if (Clock::now() >= deadline) {
            pending.attended = false;
            return Arrival::nothing;
        }
    }
    if (!pending.inbox.empty()) return Arrival::work;
    pending.attended = false;
    return Arrival::reply;
}

/// `lock` holds mutex_, and does so afterwards.
void Connection::wait_for_leader(Lock& lock, Pending& pending, Clock::time_point deadline) {
    if (may_spin()) {
        lock.unlock();
        // To sleep and be woken takes longer than most calls.
        wire::SpinBudget budget = follower_spin_;
        const bool found = wire::spin(
            budget, [&] { return pending.news.load(std::memory_order_acquire) || !led_.load(); },
            deadline);
        spinning_.fetch_sub(1, std::memory_order_relaxed);
        lock.lock();
        if (found || pending.done || !pending.inbox.empty()) return;
    }
    sleepers_.fetch_add(1);
    if (led_.load()) {  // else nobody may come to wake us
        pending.waited_for = true;
        sleeping_.push_back(&pending);
        const auto longest = hot_.load() ? kHotLook : kLook;
        pending.arrived.wait_until(lock, std::min(deadline, Clock::now() + longest));
        std::erase(sleeping_, &pending);
        pending.waited_for = false;
    }
    sleepers_.fetch_sub(1);
}

/// Then the caller counts among the spinning until it takes itself off.
bool Connection::may_spin() noexcept {
    if (spinning_.fetch_add(1, std::memory_order_relaxed) < most_spinning_) return true;
    spinning_.fetch_sub(1, std::memory_order_relaxed);
    return false;
}

wire::Message Connection::take_work(Pending& pending) {
    const std::lock_guard lock(mutex_);
    wire::Message message = std::move(pending.inbox.front());
    pending.inbox.pop_front();
    if (!pending.done && pending.inbox.empty()) pending.news.store(false);
    return message;
}

void Connection::when_done(Pending& pending, std::function<void()> on_done) {
    {
        const std::lock_guard lock(mutex_);
        if (!pending.done && protocol_error_.empty() && !peer_gone()) {
            pending.on_done = std::move(on_done);
            return;
        }
    }
    on_done();
}

void Connection::fail(const std::string& reason) noexcept {
    if (protocol_error_.empty()) protocol_error_ = reason;
    failed_.store(true, std::memory_order_release);
    for (auto* pending : pending_) {
        pending->arrived.notify_all();
        if (pending->on_done) std::exchange(pending->on_done, nullptr)();
    }
}

/// With mutex_ held.
void Connection::remove(Pending& pending) noexcept {
    std::erase(pending_, &pending);
    pending.registered = false;
    if (!pending.leads) return;
    pending.leads = false;  // it is true only for who calls this, who alone reads it unlocked
    led_.store(false);
    wake_next_leader();
}

// Nothing more comes for it, and who waited may be gone before `peer_died` looks for the waiting.
void Connection::give_up(Pending& pending) noexcept {
    pending.attended = false;
    remove(pending);
}

void Connection::abandon(Pending& pending, bool tell_host) noexcept {
    std::deque<wire::Message> left;
    bool was_expected = false;
    {
        const std::lock_guard lock(mutex_);
        was_expected = pending.registered || pending.leads;
        if (was_expected) remove(pending);
        pending.attended = false;
        pending.on_done = nullptr;
        left.swap(pending.inbox);
        pending.message.clear();
        for (const auto& message : left) {
            if (message.kind() == wire::FrameKind::kCallback) refused_.push_back(message.call_id());
        }
        refused_count_.store(refused_.size());
    }
    if (!tell_host || !was_expected || peer_gone()) return;
    refuse_strays();
    try {
        const std::lock_guard sending(sending_);
        // Without room it stays unsaid: the host is busy with what fills the ring.
        channel_->try_send({wire::FrameKind::kCancel, 0, pending.call_id, 0}, protocol::kCancelText,
                           {});
    } catch (const std::exception&) {
        // Whoever waits next finds out.
    }
}

}  // namespace bridge32::client
