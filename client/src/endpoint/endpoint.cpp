#include "client/endpoint/endpoint.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include "bridge32/error.hpp"
#include "bridge32/internal/protocol/cancel.hpp"

namespace bridge32::client {

using Wake = HandoverPolicy::Wake;

namespace {
// Messages for others that a thread reads before it looks at its time limit again.
constexpr int kMostAtOnce = 1024;
}  // namespace

Endpoint::Endpoint(std::unique_ptr<wire::Channel> channel, std::function<bool()> peer_alive,
                   std::function<bool(wire::Message&)> stray, std::function<void()> broken)
    : channel_(std::move(channel)),
      peer_alive_(std::move(peer_alive)),
      stray_(std::move(stray)),
      broken_(std::move(broken)),
      sender_(*channel_),
      follower_spin_(channel_->wait_mode()),
      idle_bell_(channel_->own_bell().with_mode(wire::WaitMode::kBlock)) {}

bool Endpoint::peer_gone() const noexcept {
    return gone_.load(std::memory_order_acquire) ||
           channel_->host_state() >= wire::HostState::kRefused;
}

void Endpoint::peer_died() noexcept {
    gone_.store(true, std::memory_order_release);
    channel_->own_bell().wake();
    calls_.end();
}

void Endpoint::break_off(const std::string& reason) noexcept {
    if (!calls_.fail(reason)) return;
    peer_died();
    hang_up();
    broken_();
}

void Endpoint::throw_if_over() const {
    calls_.throw_if_closed();
    if (peer_gone()) throw PeerGone{};
}

// ---- sending

bool Endpoint::start(WaitingCall& call, const wire::Envelope& request, std::string_view json,
                     std::span<const bridge32_attachment> attachments, Waits waits,
                     Clock::time_point deadline) {
    if (!sender_.may_send(request, deadline, [this] { return peer_gone(); })) return false;
    try {
        const bool sent = sender_.send(
            request, json, attachments, deadline, [&](std::uint64_t id) { begin(call, id, waits); },
            [&] { return make_room(&call, deadline); });
        if (!sent) abandon(call, /*tell_host=*/false);
        return sent;
    } catch (const ProtocolError& e) {
        abandon(call, /*tell_host=*/false);
        break_off(e.what());
        throw;
    } catch (...) {
        abandon(call, /*tell_host=*/false);
        throw;
    }
}

bool Endpoint::send(const wire::Envelope& message, std::string_view json,
                    std::span<const bridge32_attachment> attachments, Clock::time_point deadline) {
    try {
        return sender_.may_send(message, deadline, [this] { return peer_gone(); }) &&
               sender_.send(
                   message, json, attachments, deadline, [this](std::uint64_t) { throw_if_over(); },
                   [&] { return make_room(nullptr, deadline); });
    } catch (const ProtocolError& e) {
        break_off(e.what());
        throw;
    }
}

/// A thread that waits at once and has the turn reads its reply itself: nobody need find the call.
void Endpoint::begin(WaitingCall& call, std::uint64_t id, Waits waits) {
    throw_if_over();
    CallTable::begin(call, id, /*attended=*/waits == Waits::kAtOnce);
    call.has_turn_ = waits == Waits::kAtOnce && turn_.try_take();
    if (!call.has_turn_) calls_.add(call);
}

/// The ring is full. The host may be waiting for us to read: reading makes it free our requests.
/// False at `deadline`.
bool Endpoint::make_room(WaitingCall* call, Clock::time_point deadline) {
    throw_if_over();
    if (Clock::now() >= deadline) return false;
    const bool had_turn = call != nullptr && std::exchange(call->has_turn_, false);
    if (had_turn) calls_.add(*call);  // from now on others may read its reply
    if (had_turn || turn_.try_take()) {
        read(nullptr, Until::kMessageOrRoom, deadline, times::kRoomLook);
    } else {
        std::this_thread::sleep_for(times::kRoomPause);
    }
    return true;
}

void Endpoint::abandon(WaitingCall& call, bool tell_host) noexcept {
    const bool had_turn = std::exchange(call.has_turn_, false);
    const bool was_expected = calls_.remove(call) || had_turn;
    if (had_turn) release_turn(usual_wake());
    if (!tell_host || !was_expected || peer_gone()) return;
    try {
        refuse_callbacks();
        // Without room it stays unsaid: the host is busy with what fills the ring.
        sender_.try_send({wire::FrameKind::kCancel, 0, call.id(), 0}, protocol::kCancelText);
    } catch (const std::exception&) {
        // The next thread that waits finds out.
    }
}

void Endpoint::refuse(std::uint64_t invocation) noexcept {
    try {
        calls_.refuse(invocation);
        refuse_callbacks();
    } catch (const std::exception&) {
        // Out of memory: the host's own limit ends its wait.
    }
}

/// Answers the callbacks that there is nobody to run for; those that find no room, the next time.
void Endpoint::refuse_callbacks() {
    auto refused = calls_.take_refused();
    sender_.refuse(refused);
    for (const std::uint64_t invocation : refused)
        calls_.refuse(invocation);
}

// ---- waiting

Arrival Endpoint::wait(WaitingCall& call, Clock::time_point deadline) {
    try {
        return wait_for_news(call, deadline);
    } catch (...) {
        abandon(call, /*tell_host=*/false);
        throw;
    }
}

Arrival Endpoint::wait_for_news(WaitingCall& call, Clock::time_point deadline) {
    bool reads = std::exchange(call.has_turn_, false);
    if (!reads) {
        if (const Arrival found = calls_.attend(call); found != Arrival::kNothing) return found;
    }
    for (;;) {
        if (calls_.any_refused()) refuse_callbacks();
        // A reply that came before the peer went still counts: the reader looks at the ring first.
        const bool gone = peer_gone();
        if (!reads) calls_.throw_if_failed();
        Arrival found = Arrival::kNothing;
        if (reads || turn_.try_take()) {
            reads = false;
            if (CallTable::has_news(call)) {  // of the last reader's: nothing more may come
                release_turn(usual_wake());
                return calls_.attend(call);
            }
            found = read(&call, Until::kMessage, deadline, times::kPeerLook);
            if (found == Arrival::kNothing && gone) {
                calls_.throw_if_failed();
                throw PeerGone{};
            }
        } else {
            found = follow(call, deadline);
        }
        if (found != Arrival::kNothing) return found;
        if (Clock::now() >= deadline) break;
    }
    const Arrival found = calls_.leave(call);
    // Perhaps it was this thread that was woken to read.
    if (turn_.anyone_sleeps() && !turn_.is_taken()) calls_.wake_next();
    return found;
}

void Endpoint::leave_early(WaitingCall& call) {
    try {
        for (auto& message : calls_.leave_early(call))
            deliver_stray(message);
    } catch (const std::exception& e) {
        abandon(call, /*tell_host=*/false);
        break_off(e.what());
        throw;
    }
}

/// Waits while another thread reads.
Arrival Endpoint::follow(WaitingCall& call, Clock::time_point deadline) {
    // To sleep and be woken takes longer than most calls.
    const auto ready = [&] { return CallTable::has_news(call) || !turn_.is_taken(); };
    if (!follower_spin_.until(ready, deadline))
        return calls_.sleep(call, turn_, handover_, deadline);
    return CallTable::has_news(call) ? calls_.attend(call) : Arrival::kNothing;
}

void Endpoint::when_replied(WaitingCall& call, std::function<void()> task) {
    calls_.when_replied(call, std::move(task), [this] { return peer_gone(); });
}

// ---- reading

Wake Endpoint::usual_wake() const noexcept {
    return handover_.busy() ? Wake::kNobody : Wake::kNext;
}

void Endpoint::release_turn(Wake wake) noexcept {
    if (!turn_.release() || wake == Wake::kNobody) return;
    wake == Wake::kAll ? calls_.wake_all() : calls_.wake_next();
}

/// Reads what comes, up to what is for `own`, or waits until `deadline` or for `longest`. The
/// caller has the turn, and has it no more afterwards.
Arrival Endpoint::read(WaitingCall* own, Until until, Clock::time_point deadline,
                       Clock::duration longest) {
    const bool busy = handover_.busy();
    Arrival found = Arrival::kNothing;
    std::string failure;
    try {
        const bool ready = channel_->own_bell().wait(
            [this, until] {
                return channel_->ready() || peer_gone() ||
                       (until == Until::kMessageOrRoom && channel_->has_room());
            },
            deadline, std::min(longest, handover_.longest_read()));
        if (ready) {
            found = deliver(own);
        } else {
            if (!peer_alive_()) peer_died();
            if (busy) {
                handover_.had_to_wait();
                calls_.wake_all();
            }
        }
    } catch (const std::exception& e) {
        failure = e.what();
    }
    if (found == Arrival::kReply && !own->listed_) {
        own->replied_ = true;
        release_turn(handover_.call_ended(turn_.anyone_sleeps()));
        return found;
    }
    if (found == Arrival::kReply) {
        calls_.end_own(*own);
    } else if (own != nullptr) {
        calls_.add(*own);  // from now on others may read its reply
    }
    if (!failure.empty()) break_off(failure);
    release_turn(usual_wake());
    return found;
}

void Endpoint::read_idle(Clock::time_point deadline) {
    if (calls_.any_refused()) refuse_callbacks();
    const bool over = calls_.failed() || peer_gone();
    if (!over && idle_.take()) return;
    if (over || !turn_.try_borrow()) {
        idle_.until(over ? deadline : std::min(deadline, Clock::now() + times::kDispatcherPause));
        return;
    }
    at_idle_bell_.fetch_add(1);
    const bool ready = idle_bell_.wait(
        [this] { return channel_->ready() || peer_gone() || idle_.interrupted(); }, deadline);
    at_idle_bell_.fetch_sub(1);
    const bool alive = ready || peer_alive_();
    if (!turn_.take_borrowed()) return;  // somebody else reads now
    try {
        if (ready) deliver(nullptr);
        if (!alive) peer_died();
    } catch (const std::exception& e) {
        break_off(e.what());
    }
    release_turn(usual_wake());
    idle_.take();
}

void Endpoint::interrupt_idle() noexcept {
    if (idle_.interrupt() && at_idle_bell_.load() != 0) channel_->own_bell().wake();
}

/// Hands on what is in the ring, up to what is for `own`.
Arrival Endpoint::deliver(WaitingCall* own) {
    // Nobody else reads or writes the reply of a call while that has not come.
    wire::Message& message = own != nullptr ? own->reply_ : message_;
    Arrival found = Arrival::kNothing;
    for (int left = kMostAtOnce;
         found == Arrival::kNothing && left > 0 && channel_->receive(message); --left) {
        if (own != nullptr && message.kind() == wire::FrameKind::kReply &&
            message.call_id() == own->id_) {
            return Arrival::kReply;
        }
        if (deliver_one(message, own)) found = Arrival::kInvocation;
    }
    message.clear();
    return found;
}

/// True when `message` is an invocation for `own`.
bool Endpoint::deliver_one(wire::Message& message, WaitingCall* own) {
    switch (message.kind()) {
        case wire::FrameKind::kReply: {
            const bool busy = handover_.busy();
            if (calls_.put_reply(message, /*wake=*/!busy) && !busy) handover_.woke_for_reply();
            return false;
        }
        case wire::FrameKind::kCallback:
        case wire::FrameKind::kEvent: {
            const auto put = calls_.put_invocation(message, own);
            if (put == CallTable::Put::kNobodyWaits) deliver_stray(message);
            return put == CallTable::Put::kForReader;
        }
        default:
            throw ProtocolError("the host sent a frame of kind " +
                                std::to_string(static_cast<unsigned>(message.kind())) +
                                ", which this client does not support");
    }
}

void Endpoint::deliver_stray(wire::Message& message) {
    const auto invocation = message.call_id();
    const bool callback = message.kind() == wire::FrameKind::kCallback;
    if (!stray_(message) && callback) calls_.refuse(invocation);
}

}  // namespace bridge32::client
