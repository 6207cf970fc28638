#include "client/endpoint/call_table.hpp"

#include <algorithm>
#include <utility>

#include "bridge32/error.hpp"

namespace bridge32::client {

namespace {
// Each is a thread of the host's that waits for the answer, unless the host waits for none.
constexpr std::size_t kMostRefused = 10'000;
}  // namespace

void CallTable::begin(WaitingCall& call, std::uint64_t id, bool attended) noexcept {
    call.id_ = id;
    call.replied_ = false;
    call.attended_ = attended;
    call.news_.store(false, std::memory_order_relaxed);
}

void CallTable::add(WaitingCall& call) {
    const std::lock_guard lock(mutex_);
    if (call.listed_) return;
    calls_.push_back(&call);
    call.listed_ = true;
}

/// With mutex_ held.
Arrival CallTable::arrival(const WaitingCall& call) noexcept {
    if (!call.inbox_.empty()) return Arrival::kInvocation;
    return call.replied_ ? Arrival::kReply : Arrival::kNothing;
}

/// With mutex_ held.
WaitingCall* CallTable::find(std::uint64_t id) const noexcept {
    const auto found = std::find_if(calls_.begin(), calls_.end(),
                                    [id](const WaitingCall* call) { return call->id_ == id; });
    return found == calls_.end() ? nullptr : *found;
}

/// With mutex_ held.
void CallTable::unlist(WaitingCall& call) noexcept {
    std::erase(calls_, &call);
    call.listed_ = false;
}

Arrival CallTable::attend(WaitingCall& call) {
    const std::lock_guard lock(mutex_);
    call.attended_ = true;
    return arrival(call);
}

Arrival CallTable::leave(WaitingCall& call) noexcept {
    const std::lock_guard lock(mutex_);
    const Arrival found = arrival(call);
    if (found == Arrival::kNothing) call.attended_ = false;
    return found;
}

std::deque<wire::Message> CallTable::leave_early(WaitingCall& call) noexcept {
    const std::lock_guard lock(mutex_);
    call.attended_ = false;
    call.news_.store(call.replied_);
    return take_inbox(call);
}

/// With mutex_ held.
std::deque<wire::Message> CallTable::take_inbox(WaitingCall& call) noexcept {
    for (const auto& message : call.inbox_)
        limit_.leave(message.capacity());
    return std::exchange(call.inbox_, {});
}

wire::Message CallTable::take_invocation(WaitingCall& call) {
    const std::lock_guard lock(mutex_);
    wire::Message message = std::move(call.inbox_.front());
    call.inbox_.pop_front();
    limit_.leave(message.capacity());
    if (arrival(call) == Arrival::kNothing) call.news_.store(false);
    return message;
}

void CallTable::when_replied(WaitingCall& call, std::function<void()> task,
                             const std::function<bool()>& ended) {
    {
        const std::lock_guard lock(mutex_);
        if (!call.replied_ && failure_.empty() && !ended()) {
            call.on_reply_ = std::move(task);
            return;
        }
    }
    task();
}

bool CallTable::remove(WaitingCall& call) noexcept {
    std::deque<wire::Message> dropped;
    std::function<void()> task;  // what it holds ends without the lock
    const std::lock_guard lock(mutex_);
    const bool listed = call.listed_;
    if (listed) unlist(call);
    call.attended_ = false;
    task.swap(call.on_reply_);
    call.reply_.clear();
    dropped = take_inbox(call);
    for (const auto& message : dropped) {
        if (message.kind() == wire::FrameKind::kCallback) refused_.push_back(message.call_id());
    }
    refused_count_.store(refused_.size());
    return listed;
}

Arrival CallTable::sleep(WaitingCall& call, ReaderTurn& turn, const HandoverPolicy& policy,
                         Clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    if (arrival(call) != Arrival::kNothing || !failure_.empty()) return arrival(call);
    // Also when the thread is cancelled while it waits: the lock is held then as well.
    struct Sleep {
        ReaderTurn& turn;
        std::vector<WaitingCall*>& asleep;
        WaitingCall& call;
        ~Sleep() {
            std::erase(asleep, &call);
            call.asleep_ = false;
            turn.end_sleep();
        }
    } const sleep{turn, asleep_, call};
    // The thread that releases the turn after this comes to wake a sleeper, and waits for our lock.
    if (turn.begin_sleep()) {
        call.asleep_ = true;
        asleep_.push_back(&call);
        call.news_came_.wait_until(lock, std::min(deadline, Clock::now() + policy.longest_sleep()));
    }
    return arrival(call);
}

bool CallTable::put_reply(wire::Message& message, bool wake) {
    std::function<void()> task;
    bool slept = false;
    {
        const std::lock_guard lock(mutex_);
        WaitingCall* const call = find(message.call_id());
        if (call == nullptr) return false;  // nobody waits for it any more
        std::swap(call->reply_, message);
        call->replied_ = true;
        unlist(*call);
        slept = call->asleep_;
        if (slept && wake) call->news_came_.notify_all();
        task = std::exchange(call->on_reply_, nullptr);
        call->news_.store(true, std::memory_order_release);  // the owner may end the call now
    }
    if (task) task();
    return slept;
}

void CallTable::end_own(WaitingCall& own) {
    std::function<void()> task;
    {
        const std::lock_guard lock(mutex_);
        own.replied_ = true;
        if (own.listed_) unlist(own);
        task = std::exchange(own.on_reply_, nullptr);
        own.news_.store(true, std::memory_order_release);
    }
    if (task) task();
}

CallTable::Put CallTable::put_invocation(wire::Message& message, WaitingCall* own) {
    bool refused = false;
    {
        const std::lock_guard lock(mutex_);
        WaitingCall* const call =
            own != nullptr && own->id_ == message.related_id() ? own : find(message.related_id());
        if (call == nullptr || !call->attended_) return Put::kNobodyWaits;
        if (call == own) {
            limit_.enter_always(message.capacity());  // it reads no further before it has run this
        } else {
            refused = !limit_.enter(message.capacity());
        }
        if (!refused) {
            call->inbox_.push_back(std::exchange(message, wire::Message()));
            if (call->asleep_) call->news_came_.notify_all();
            call->news_.store(true, std::memory_order_release);
            return call == own ? Put::kForReader : Put::kForOther;
        }
    }
    if (message.kind() == wire::FrameKind::kCallback) refuse(message.call_id());
    return Put::kForOther;
}

void CallTable::wake_next() noexcept {
    const std::lock_guard lock(mutex_);
    for (auto* const call : asleep_) {
        if (arrival(*call) != Arrival::kNothing) continue;  // it would not read
        return call->news_came_.notify_all();
    }
}

void CallTable::wake_all() noexcept {
    const std::lock_guard lock(mutex_);
    for (auto* const call : asleep_)
        call->news_came_.notify_all();
}

void CallTable::end() noexcept {
    wake_all();
    // A task may hold the last share of the client: when they go, this may be gone.
    const auto tasks = take_tasks();
    for (const auto& task : tasks)
        task();
}

std::vector<std::function<void()>> CallTable::take_tasks() {
    const std::lock_guard lock(mutex_);
    std::vector<std::function<void()>> tasks;
    for (auto* const call : calls_) {
        if (call->on_reply_) tasks.push_back(std::exchange(call->on_reply_, nullptr));
    }
    return tasks;
}

bool CallTable::fail(const std::string& reason) noexcept {
    {
        const std::lock_guard lock(mutex_);
        if (failed()) return false;
        failure_ = reason;
        failed_.store(true, std::memory_order_release);
    }
    end();
    return true;
}

void CallTable::throw_if_failed() const {
    if (!failed()) return;
    const std::lock_guard lock(mutex_);
    throw ProtocolError(failure_);
}

void CallTable::throw_if_closed() const {
    if (!failed()) return;
    const std::lock_guard lock(mutex_);
    throw ConnectionClosed("the host broke the protocol, and the session with it was ended: " +
                           failure_ + ". Create a new client, or call Client::restart");
}

void CallTable::refuse(std::uint64_t invocation) {
    const std::lock_guard lock(mutex_);
    if (refused_.size() >= kMostRefused) {
        throw ProtocolError("the host has called " + std::to_string(kMostRefused) +
                            " functions without waiting for an answer");
    }
    refused_.push_back(invocation);
    refused_count_.store(refused_.size());
}

std::vector<std::uint64_t> CallTable::take_refused() {
    const std::lock_guard lock(mutex_);
    refused_count_.store(0);
    return std::exchange(refused_, {});
}

}  // namespace bridge32::client
