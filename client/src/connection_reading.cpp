// Who reads the ring, and to whom what is read goes.
#include <algorithm>
#include <utility>

#include "bridge32/error.hpp"
#include "connection.hpp"
#include "wire/error_json.hpp"

namespace bridge32::client {

namespace {

// How long the dispatcher stays away when callers read the ring anyway.
constexpr std::chrono::milliseconds kIdlePause{2};

}  // namespace

// With mutex_ held. The dispatcher gives way as long as it only waits.
bool Connection::try_lead() noexcept {
    if (led_ && !idle_leader_) return false;
    led_ = true;
    idle_leader_ = false;
    ++leaders_;
    return true;
}

/// Reads what comes, up to the reply to `own`, or waits until `deadline` or for `longest`. The
/// caller has the lead. `lock` may hold mutex_, and does so afterwards.
void Connection::lead(Lock& lock, Pending* own, Wanted wanted, Clock::time_point deadline,
                      Clock::duration longest) {
    if (lock.owns_lock()) lock.unlock();
    std::string failure;
    try {
        const bool found = channel_->own_bell().wait(
            [this, wanted] {
                return channel_->ready() || peer_gone() ||
                       (wanted == Wanted::message_or_room && channel_->has_room());
            },
            deadline, longest);
        if (found) deliver(own);
        if (!found && !peer_alive_()) gone_.store(true, std::memory_order_release);
    } catch (const std::exception& e) {
        failure = e.what();
    }
    stop_leading(lock, own, failure);
}

/// Locks again.
void Connection::stop_leading(Lock& lock, Pending* own, const std::string& failure) noexcept {
    lock.lock();
    led_ = false;
    if (own != nullptr && own->done) finish(*own);
    if (!failure.empty()) fail(failure);
    wake_next_leader();
}

void Connection::read_idle(Clock::time_point deadline) {
    if (refused_count_.load(std::memory_order_relaxed) != 0) refuse_strays();
    Lock lock(mutex_);
    const auto interrupted = [this] { return idle_interrupted_.exchange(false); };
    if (led_ || !protocol_error_.empty() || peer_gone()) {
        const auto pause = led_ ? std::min(deadline, Clock::now() + kIdlePause) : deadline;
        idle_.wait_until(lock, pause, interrupted);
        return;
    }
    if (interrupted()) return;
    led_ = true;
    idle_leader_ = true;
    const std::uint64_t own_number = ++leaders_;
    lock.unlock();
    const bool found = idle_bell_.wait(
        [this] { return channel_->ready() || peer_gone() || idle_interrupted_.load(); }, deadline);
    const bool alive = found || peer_alive_();
    lock.lock();
    if (leaders_ != own_number) return;  // somebody else reads now
    idle_leader_ = false;
    lock.unlock();
    std::string failure;
    try {
        if (found) deliver(nullptr);
        if (!alive) peer_died();
    } catch (const std::exception& e) {
        failure = e.what();
    }
    stop_leading(lock, nullptr, failure);
    idle_interrupted_.store(false);
}

// Without the lock: it is called by who holds it. A notification that comes too early costs one
// pause at most.
void Connection::interrupt_idle() noexcept {
    if (idle_interrupted_.exchange(true)) return;
    idle_.notify_all();
    if (idle_leader_.load()) channel_->own_bell().wake();
}

void Connection::deliver(Pending* own) {
    // Nobody else reads or writes the message of a reply that has not come.
    wire::Message& message = own != nullptr ? own->message : message_;
    while (channel_->receive(message)) {
        if (own != nullptr && message.kind() == wire::FrameKind::kReply &&
            message.call_id() == own->call_id) {
            own->done = true;
            return;
        }
        if (deliver_one(message, own)) break;
    }
    message.clear();
}

Pending* Connection::find(std::uint64_t call_id) noexcept {
    const auto found =
        std::find_if(pending_.begin(), pending_.end(),
                     [call_id](const Pending* candidate) { return candidate->call_id == call_id; });
    return found == pending_.end() ? nullptr : *found;
}

/// Hands `message` on. True when it was for `own`, which need not read on.
bool Connection::deliver_one(wire::Message& message, Pending* own) {
    switch (message.kind()) {
        case wire::FrameKind::kReply: {
            const std::lock_guard lock(mutex_);
            Pending* const receiver = find(message.call_id());
            if (receiver == nullptr) return false;  // nobody waits for it any more
            std::swap(receiver->message, message);
            receiver->done = true;
            finish(*receiver);
            return false;
        }
        case wire::FrameKind::kCallback:
        case wire::FrameKind::kEvent: {
            {
                const std::lock_guard lock(mutex_);
                Pending* const receiver = find(message.related_id());
                if (receiver != nullptr && receiver->attended) {
                    receiver->inbox.push_back(std::exchange(message, wire::Message()));
                    tell(*receiver);
                    return receiver == own;
                }
            }
            const auto invocation = message.call_id();
            const bool callback = message.kind() == wire::FrameKind::kCallback;
            if (!stray_(message) && callback) {
                const std::lock_guard lock(mutex_);
                refused_.push_back(invocation);
                refused_count_.store(refused_.size());
            }
            return false;
        }
        default:
            throw ProtocolError("the host sent a frame of kind " +
                                std::to_string(static_cast<unsigned>(message.kind())) +
                                ", which this client does not know");
    }
}

/// With mutex_ held: its reply has come.
void Connection::finish(Pending& receiver) noexcept {
    remove(receiver);
    tell(receiver);
    if (receiver.on_done) std::exchange(receiver.on_done, nullptr)();
}

/// With mutex_ held.
void Connection::tell(Pending& receiver) noexcept {
    receiver.news.store(true, std::memory_order_release);
    if (receiver.waited_for) receiver.arrived.notify_all();
}

/// Answers callbacks that there is nobody to run for. Whoever is sending does it later.
void Connection::refuse_strays() noexcept {
    const std::unique_lock sending(sending_, std::try_to_lock);
    if (!sending.owns_lock()) return;
    std::vector<std::uint64_t> refused;
    {
        const std::lock_guard lock(mutex_);
        refused.swap(refused_);
        refused_count_.store(0);
    }
    try {
        for (const std::uint64_t invocation : refused) {
            channel_->try_send({wire::FrameKind::kCallbackReply, 0, invocation, 0},
                               wire::error_reply("Error",
                                                 "the callback is no longer there: the call that "
                                                 "it was passed to is over",
                                                 "callback"),
                               {});
        }
    } catch (const std::exception&) {
        // Whoever waits next finds out.
    }
}

void Connection::wake_next_leader() noexcept {
    for (auto* pending : pending_) {
        if (!pending->waited_for) continue;
        pending->arrived.notify_all();
        return;
    }
}

}  // namespace bridge32::client
