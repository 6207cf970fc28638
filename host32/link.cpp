#include "link.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <new>
#include <utility>

#include "bridge32/error.hpp"
#include "running_call.hpp"
#include "wire/error_json.hpp"

namespace bridge32::host {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLook{50};      // at the client's life, while waiting for it
constexpr std::chrono::milliseconds kRoomLook{1};   // at the room in a full ring
constexpr std::int64_t kLookWhileRunningMs = 20;    // at the client's life, in `cancelled`
constexpr std::size_t kMaxCancelled = 1024;         // not yet matched to a call
constexpr std::size_t kMaxOutboxBytes = 16U << 20;  // of events that nobody reads
constexpr std::size_t kMaxOutbox = 10'000;
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

bool Link::send_now(const wire::Envelope& envelope, std::string_view json,
                    std::span<const bridge32_attachment> attachments) {
    return outbox_.empty() && channel_->try_send(envelope, json, attachments);
}

void Link::keep(const wire::Envelope& envelope, std::string_view json,
                std::span<const bridge32_attachment> attachments) {
    Waiting waiting{envelope, std::string(json), {}};
    outbox_bytes_ += json.size();
    for (const auto& attachment : attachments) {
        outbox_bytes_ += static_cast<std::size_t>(attachment.size);
        waiting.attachments.emplace_back(static_cast<const char*>(attachment.data),
                                         static_cast<std::size_t>(attachment.size));
    }
    outbox_.push_back(std::move(waiting));
    waiting_.store(outbox_.size(), std::memory_order_release);
    channel_->want_space(true);
}

std::int32_t Link::fail(const std::exception& error) noexcept {
    std::fprintf(stderr, "bridge32 host: session ended: %s\n", error.what());
    close();
    return BRIDGE32_DISCONNECTED;
}

std::int32_t Link::send_reply(std::uint64_t call_id, std::string_view json,
                              std::span<const bridge32_attachment> attachments) noexcept {
    if (closed()) return BRIDGE32_DISCONNECTED;
    const wire::Envelope envelope{wire::FrameKind::kReply, 0, call_id, 0};
    const std::lock_guard lock(sending_);
    try {
        // When the client does not read, its requests are not read either until it does, so
        // that few replies wait here.
        if (!send_now(envelope, json, attachments)) keep(envelope, json, attachments);
        return BRIDGE32_OK;
    } catch (const ProtocolError& e) {
        return fail(e);
    } catch (const std::exception& e) {
        std::string reason = e.what();
        if (reason == std::bad_alloc().what()) reason = "the host is out of memory";
        // The reply itself is too large for this machine; the error is not.
        try {
            const std::string error =
                wire::error_reply("RemoteError", "the result cannot be sent: " + reason, "");
            if (!send_now(envelope, error, {})) keep(envelope, error, {});
        } catch (const std::exception& again) {
            return fail(again);
        }
        return BRIDGE32_NOT_SENT;
    }
}

/// Waits for room. False when the client has gone, or given the call up.
bool Link::send_patiently(const wire::Envelope& envelope, std::string_view json,
                          std::span<const bridge32_attachment> attachments,
                          const GivenUp& given_up) {
    auto next_look = Clock::now() + kLook;
    for (;;) {
        {
            flush();
            const std::lock_guard lock(sending_);
            if (closed()) return false;
            if (send_now(envelope, json, attachments)) {
                if (outbox_.empty()) channel_->want_space(false);
                return true;
            }
            channel_->want_space(true);
        }
        pump();  // the client may be waiting for us to read
        if (given_up()) return false;
        wire::Doorbell bell = bell_;
        bell.wait([this] { return closed() || channel_->ready(); }, Clock::now() + kRoomLook);
        if (Clock::now() >= next_look) {
            next_look = Clock::now() + kLook;
            if (!client_.alive()) close();
        }
    }
}

std::int32_t Link::emit(bridge32_call* call, std::string_view json,
                        std::span<const bridge32_attachment> attachments) noexcept {
    if (closed()) return BRIDGE32_DISCONNECTED;
    const auto* const running = static_cast<RunningCall*>(call);
    const wire::Envelope envelope{wire::FrameKind::kEvent, 0, 0,
                                  running == nullptr ? 0 : running->call_id()};
    try {
        if (running != nullptr) {
            // An event of a call that was given up is for nobody.
            const auto given_up = [&] { return cancelled(running->call_id()); };
            return send_patiently(envelope, json, attachments, given_up) ? BRIDGE32_OK
                                                                         : BRIDGE32_DISCONNECTED;
        }
        flush();
        const std::lock_guard lock(sending_);
        if (send_now(envelope, json, attachments)) return BRIDGE32_OK;
        if (outbox_.size() >= kMaxOutbox || outbox_bytes_ >= kMaxOutboxBytes) {
            return BRIDGE32_NOT_SENT;
        }
        keep(envelope, json, attachments);
        wake();  // the main thread looks after what waits
        return BRIDGE32_OK;
    } catch (const ProtocolError& e) {
        return fail(e);
    } catch (const std::exception&) {
        return BRIDGE32_NOT_SENT;
    }
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
        if (!invocation.done) {
            code = BRIDGE32_CALL_IS_OVER;
            if (closed()) code = BRIDGE32_DISCONNECTED;
        }
    } catch (const ProtocolError& e) {
        code = fail(e);
    } catch (const std::exception&) {
        code = BRIDGE32_NOT_SENT;
    }
    {
        const std::lock_guard lock(receiving_);
        std::erase(invocations_, &invocation);
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
        if (news == News::kNested) {
            serve_nested_(nested, depth);
            continue;
        }
        if (news == News::kDone || closed() || given_up()) return;
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

void Link::flush() noexcept {
    if (!blocked()) return;
    const std::lock_guard lock(sending_);
    try {
        while (!outbox_.empty() && !closed()) {
            const Waiting& waiting = outbox_.front();
            std::vector<bridge32_attachment> attachments;
            std::size_t bytes = waiting.json.size();
            for (const auto& memory : waiting.attachments) {
                attachments.push_back({memory.data(), memory.size()});
                bytes += memory.size();
            }
            if (!channel_->try_send(waiting.envelope, waiting.json, attachments)) return;
            outbox_bytes_ -= bytes;
            outbox_.pop_front();
            waiting_.store(outbox_.size(), std::memory_order_release);
        }
        channel_->want_space(false);
    } catch (const std::exception& e) {
        fail(e);
        outbox_.clear();
        waiting_.store(0);
    }
}

void Link::close() noexcept {
    if (!closed_.exchange(true)) wake();
}

void Link::wake() noexcept {
    wire::Doorbell bell = bell_;
    bell.wake();
}

}  // namespace bridge32::host
