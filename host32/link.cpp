#include "link.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "bridge32/error.hpp"
#include "running_call.hpp"

namespace bridge32::host {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t kLookWhileRunningMs = 20;  // at the client's life, in `cancelled`
constexpr std::size_t kMaxCancelled = 1024;       // not yet matched to a call
// Requests that came while a callback ran. Our clients hold back long before.
constexpr std::size_t kMaxInbox = 100'000;

std::int64_t now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now().time_since_epoch())
        .count();
}

}  // namespace

/// A callback that a thread of this process waits for.
struct Link::Invocation {
    std::uint64_t id = 0;
    std::deque<wire::Message> nested;  // requests that the callback makes
    wire::Message reply;
    bool done = false;
    std::atomic<bool> news{false};  // something came
};

Link::Link(std::unique_ptr<wire::Channel> channel, const wire::Doorbell& bell)
    : channel_(std::move(channel)),
      crash_listener_(*channel_),
      bell_(bell),
      client_(os::ProcessHandle::of(channel_->client_pid())) {}

bool Link::take(wire::Message& message) {
    const std::lock_guard lock(receiving_);
    for (;;) {
        // A cancel may lie behind the very call that it is for.
        while (channel_->cancels_sent() != cancels_read_ && inbox_.size() < kMaxInbox &&
               channel_->receive(message)) {
            route(std::move(message));
        }
        if (!inbox_.empty()) {
            message = std::move(inbox_.front());
            inbox_.pop_front();
            inbox_size_.store(inbox_.size(), std::memory_order_release);
        } else if (!channel_->receive(message)) {
            return false;
        }
        const auto kind = message.kind();
        if (kind == wire::FrameKind::kCallbackReply || kind == wire::FrameKind::kCancel ||
            (kind == wire::FrameKind::kRequest && message.related_id() != 0)) {
            route(std::move(message));
            if (inbox_.empty()) continue;
            // A nested request whose callback has ended: an ordinary one now.
            message = std::move(inbox_.back());
            inbox_.pop_back();
            inbox_size_.store(inbox_.size(), std::memory_order_release);
        }
        if (message.kind() == wire::FrameKind::kRequest &&
            is_cancelled(message.call_id(), /*forget=*/true)) {
            continue;  // nobody waits for it: it is not run
        }
        return true;
    }
}

void Link::pump() {
    if (!channel_->ready()) return;
    const std::lock_guard lock(receiving_);
    wire::Message message;
    while (channel_->receive(message)) {
        route(std::move(message));
        if (inbox_.size() > kMaxInbox) {
            throw ProtocolError("the client sent " + std::to_string(kMaxInbox) +
                                " requests while one of its callbacks was running");
        }
        message = wire::Message();
    }
}

void Link::route(wire::Message message) {
    const auto find = [&](std::uint64_t id) {
        return std::find_if(invocations_.begin(), invocations_.end(),
                            [id](const Invocation* candidate) { return candidate->id == id; });
    };
    switch (message.kind()) {
        case wire::FrameKind::kCancel:
            ++cancels_read_;
            cancelled_.push_back(message.call_id());
            if (cancelled_.size() > kMaxCancelled) cancelled_.pop_front();
            cancelled_count_.store(cancelled_.size(), std::memory_order_release);
            return;
        case wire::FrameKind::kCallbackReply:
            if (const auto found = find(message.call_id()); found != invocations_.end()) {
                (*found)->reply = std::move(message);
                (*found)->done = true;
                (*found)->news.store(true, std::memory_order_release);
                wake();
            }
            return;
        case wire::FrameKind::kRequest:
            if (message.related_id() != 0) {
                if (const auto found = find(message.related_id()); found != invocations_.end()) {
                    (*found)->nested.push_back(std::move(message));
                    (*found)->news.store(true, std::memory_order_release);
                    wake();
                    return;
                }
            }
            break;
        default:
            break;
    }
    inbox_.push_back(std::move(message));
    inbox_size_.store(inbox_.size(), std::memory_order_release);
    wake();
}

bool Link::is_cancelled(std::uint64_t call_id, bool forget) noexcept {
    if (cancelled_count_.load(std::memory_order_acquire) == 0) return false;
    const auto found = std::find(cancelled_.begin(), cancelled_.end(), call_id);
    if (found == cancelled_.end()) return false;
    if (forget) {
        cancelled_.erase(found);
        cancelled_count_.store(cancelled_.size(), std::memory_order_release);
    }
    return true;
}

bool Link::cancelled(std::uint64_t call_id) noexcept {
    try {
        pump();
    } catch (const std::exception&) {
        close();  // the main thread finds the same, and says it
    }
    const std::int64_t now = now_ms();
    std::int64_t due = next_look_.load(std::memory_order_relaxed);
    if (now >= due && next_look_.compare_exchange_strong(due, now + kLookWhileRunningMs) &&
        !client_.alive()) {
        close();
    }
    if (closed()) return true;
    if (cancelled_count_.load(std::memory_order_acquire) == 0) return false;
    const std::lock_guard lock(receiving_);
    return is_cancelled(call_id, /*forget=*/false);
}

void Link::forget(std::uint64_t call_id) noexcept {
    if (cancelled_count_.load(std::memory_order_acquire) == 0) return;
    const std::lock_guard lock(receiving_);
    is_cancelled(call_id, /*forget=*/true);
}

std::int32_t Link::invoke(bridge32_call* call, std::string_view json,
                          std::span<const bridge32_attachment> attachments,
                          bridge32_reply_receiver receive, void* user) noexcept {
    if (closed()) return BRIDGE32_DISCONNECTED;
    const auto* const running = static_cast<RunningCall*>(call);
    const unsigned depth = running == nullptr ? 1 : running->depth() + 1;
    if (depth > BRIDGE32_MAX_CALL_DEPTH) return BRIDGE32_TOO_DEEP;
    Invocation invocation;
    {
        const std::lock_guard lock(receiving_);
        invocation.id = ++last_invocation_;
        invocations_.push_back(&invocation);
    }
    std::int32_t code = BRIDGE32_OK;
    try {
        const wire::Envelope envelope{wire::FrameKind::kCallback, 0, invocation.id,
                                      running == nullptr ? 0 : running->call_id()};
        const auto given_up = [&] { return running != nullptr && cancelled(running->call_id()); };
        if (!given_up() && send_patiently(envelope, json, attachments, given_up)) {
            wait_for_answer(invocation, depth, given_up);
        }
    } catch (const ProtocolError& e) {
        code = fail(e);
    } catch (const std::exception&) {
        code = BRIDGE32_NOT_SENT;
    }
    {
        const std::lock_guard lock(receiving_);
        std::erase(invocations_, &invocation);
        // Not before: until then another thread may deliver the reply.
        if (code == BRIDGE32_OK && !invocation.done) {
            code = BRIDGE32_CALL_IS_OVER;
            if (closed()) code = BRIDGE32_DISCONNECTED;
        }
        for (auto& nested : invocation.nested) {  // what nobody will serve here
            inbox_.push_back(std::move(nested));
        }
        inbox_size_.store(inbox_.size(), std::memory_order_release);
    }
    if (code != BRIDGE32_OK) return code;
    if (!invocation.reply.readable()) return BRIDGE32_NOT_SENT;
    const auto reply = invocation.reply.json();
    const auto data = invocation.reply.attachments();
    receive(user, reply.data(), static_cast<std::uint32_t>(reply.size()), data.data(),
            static_cast<std::uint32_t>(data.size()));
    return BRIDGE32_OK;
}

void Link::wait_for_answer(Invocation& invocation, unsigned depth, const GivenUp& given_up) {
    wire::Doorbell bell = bell_;
    for (;;) {
        pump();
        wire::Message nested;
        const News news = take_news(invocation, nested);
        if (news == News::kDone || closed()) return;  // a closed link has nobody to serve with
        if (news == News::kNested) {
            serve_nested_(nested, depth);
            continue;
        }
        if (given_up()) return;
        const bool found = bell.wait(
            [&] {
                return channel_->ready() || closed() ||
                       invocation.news.load(std::memory_order_acquire);
            },
            Clock::now() + kLook);
        if (blocked()) flush();
        if (!found && !client_.alive()) close();
    }
}

Link::News Link::take_news(Invocation& invocation, wire::Message& nested) {
    const std::lock_guard lock(receiving_);
    if (invocation.nested.empty()) {
        invocation.news.store(false, std::memory_order_relaxed);
        return invocation.done ? News::kDone : News::kNone;
    }
    nested = std::move(invocation.nested.front());
    invocation.nested.pop_front();
    return News::kNested;
}

void Link::close() noexcept {
    if (!closed_.exchange(true)) wake();
}

void Link::wake() noexcept {
    wire::Doorbell bell = bell_;
    bell.wake();
}

}  // namespace bridge32::host
