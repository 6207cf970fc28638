// Who reads the ring, and to whom what is read goes.
#include <algorithm>
#include <utility>

#include "bridge32/error.hpp"
#include "bridge32/internal/protocol/error.hpp"
#include "client/endpoint/connection.hpp"

namespace bridge32::client {

namespace {

// How long the dispatcher stays away when callers read the ring anyway.
constexpr std::chrono::milliseconds kIdlePause{2};
// So many more calls that ended while others slept than calls that did not make the connection
// hot; so long a wait makes it cold, or when nobody has slept for as many calls as it was hot.
constexpr unsigned kHot = 8;
constexpr unsigned kHeatOfWaking = 2;
constexpr unsigned kHottest = 256;
constexpr std::chrono::microseconds kHotWait{200};

}  // namespace

// With mutex_ held. The dispatcher gives way as long as it only waits.
bool Connection::try_lead() noexcept {
    bool led = false;
    if (led_.compare_exchange_strong(led, true)) return true;
    if (!idle_leader_) return false;
    idle_leader_ = false;
    ++leaders_;
    return true;
}

/// Reads what comes, up to the reply to `own`, or waits until `deadline` or for `longest`. The
/// caller has the lead. `lock` may hold mutex_, and does so afterwards, but for a reply to `own`
/// that nobody else can find.
void Connection::lead(Lock& lock, Pending* own, Wanted wanted, Clock::time_point deadline,
                      Clock::duration longest) {
    if (lock.owns_lock()) lock.unlock();
    const bool hot = hot_.load(std::memory_order_relaxed);
    if (hot) longest = std::min<Clock::duration>(longest, kHotWait);
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
        if (!found && hot) cool_down();
    } catch (const std::exception& e) {
        failure = e.what();
    }
    if (own != nullptr && own->done && !own->registered && failure.empty()) return pass_lead();
    stop_leading(lock, own, failure);
}

/// At the end of a call in the fast case, without the lock. Who goes to sleep counts itself and
/// then looks whether somebody leads: one of the two sees the other.
void Connection::pass_lead() noexcept {
    if (sleepers_.load(std::memory_order_relaxed) != 0) {
        heat_ = std::min(heat_ + 1, kHottest);
    } else if (heat_ != 0) {
        --heat_;
    }
    const bool was_hot = hot_.load(std::memory_order_relaxed);
    const bool hot = was_hot ? heat_ != 0 : heat_ >= kHot;
    if (hot != was_hot) hot_.store(hot);
    led_.store(false);
    if (sleepers_.load() == 0 || (hot && was_hot)) return;
    const std::lock_guard lock(mutex_);
    hot ? wake_sleepers() : wake_next_leader();  // those sleep too long for a hot connection
}

/// The leader has to wait: who has a reply learns it now.
void Connection::cool_down() noexcept {
    const std::lock_guard lock(mutex_);
    hot_.store(false);
    heat_ = 0;
    wake_sleepers();
}

/// Locks again.
void Connection::stop_leading(Lock& lock, Pending* own, const std::string& failure) noexcept {
    lock.lock();
    if (own != nullptr && !own->done) enter(*own);  // from now on others may read its reply
    led_.store(false);
    if (own != nullptr && own->done) finish(*own);
    if (!failure.empty()) fail(failure);
    if (!hot_.load()) wake_next_leader();
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
    bool led = false;
    if (!led_.compare_exchange_strong(led, true)) return;
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

/// With mutex_ held.
Pending* Connection::find(std::uint64_t call_id, Pending* own) noexcept {
    if (own != nullptr && own->call_id == call_id) return own;
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
            Pending* const receiver = find(message.call_id(), own);
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
                Pending* const receiver = find(message.related_id(), own);
                if (receiver != nullptr && receiver->attended) {
                    receiver->inbox.push_back(std::exchange(message, wire::Message()));
                    tell(*receiver, /*wake=*/true);
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
    if (receiver.waited_for && !hot_.load()) heat_ = std::min(heat_ + kHeatOfWaking, kHottest);
    tell(receiver, /*wake=*/!hot_.load());
    if (receiver.on_done) std::exchange(receiver.on_done, nullptr)();
}

/// With mutex_ held.
void Connection::tell(Pending& receiver, bool wake) noexcept {
    receiver.news.store(true, std::memory_order_release);
    if (receiver.waited_for && wake) receiver.arrived.notify_all();
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
    std::size_t sent = 0;
    try {
        const auto refuse = [&](std::uint64_t invocation) {
            return channel_->try_send(
                {wire::FrameKind::kCallbackReply, 0, invocation, 0},
                protocol::error_text({"Error",
                                      "the callback is no longer there: the call that it "
                                      "was passed to is over",
                                      "callback"}),
                {});
        };
        while (sent < refused.size() && refuse(refused[sent]))
            ++sent;
    } catch (const std::exception&) {
        // Whoever waits next finds out.
    }
    if (sent == refused.size()) return;
    const std::lock_guard lock(mutex_);  // no room: the next time
    refused_.insert(refused_.begin(), refused.begin() + static_cast<std::ptrdiff_t>(sent),
                    refused.end());
    refused_count_.store(refused_.size());
}

/// With mutex_ held.
void Connection::wake_sleepers() noexcept {
    for (auto* pending : sleeping_)
        pending->arrived.notify_all();
}

/// With mutex_ held.
void Connection::wake_next_leader() noexcept {
    for (auto* pending : pending_) {
        if (!pending->waited_for) continue;
        pending->arrived.notify_all();
        return;
    }
}

}  // namespace bridge32::client
