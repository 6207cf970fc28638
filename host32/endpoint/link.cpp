#include "host32/endpoint/link.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "bridge32/error.hpp"
#include "hosting/host_services.hpp"

namespace bridge32::host {

namespace {

constexpr std::int64_t kLookWhileRunningMs = 20;  // at the client's life, in `cancelled`
constexpr std::size_t kMaxCancelled = 1024;       // not yet matched to a call
// Requests that came while a callback ran. Our clients hold back long before.
constexpr std::size_t kMaxKept = 100'000;
constexpr std::size_t kMaxKeptBytes = 64U << 20;
constexpr std::size_t kFewKept = 16;  // may be of any size
// Messages that are read at a stretch: a client that writes faster keeps nobody else waiting.
constexpr unsigned kMostAtOnce = 1024;

std::size_t size_of(const wire::Message& message) noexcept {
    std::size_t size = message.json().size();
    std::uint32_t at = 0;
    for (const auto& attachment : message.attachments()) {
        if (!message.is_shared(at++)) size += static_cast<std::size_t>(attachment.size);
    }
    return size;
}

std::int64_t now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
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
    for (unsigned read = 0; read < kMostAtOnce; ++read) {
        // A cancel may lie behind the very call that it is for.
        if (channel_->cancels_sent() != cancels_read_ && kept_ < kMaxKept / 2 &&
            kept_bytes_ < kMaxKeptBytes && channel_->receive(message)) {
            route(std::move(message));
            continue;
        }
        if (!inbox_.empty()) {
            message = pop(inbox_);
            inbox_size_.store(inbox_.size(), std::memory_order_release);
        } else if (!channel_->receive(message)) {
            return false;
        } else if (message.kind() == wire::FrameKind::kCallbackReply ||
                   message.kind() == wire::FrameKind::kCancel ||
                   (message.kind() == wire::FrameKind::kRequest && message.related_id() != 0)) {
            // A nested request whose callback has ended is an ordinary one: it is in the inbox.
            route(std::move(message));
            continue;
        }
        if (message.kind() == wire::FrameKind::kRequest &&
            is_cancelled(message.call_id(), /*forget=*/true)) {
            continue;  // nobody waits for it: it is not run
        }
        return true;
    }
    return false;  // there is more: see `ready`
}

wire::Message Link::pop(std::deque<wire::Message>& messages) {
    wire::Message message = std::move(messages.front());
    messages.pop_front();
    --kept_;
    kept_bytes_ -= size_of(message);
    return message;
}

void Link::put(std::deque<wire::Message>& messages, wire::Message message) {
    ++kept_;
    kept_bytes_ += size_of(message);
    if (kept_ > kMaxKept || (kept_ > kFewKept && kept_bytes_ > kMaxKeptBytes)) {
        throw ProtocolError("the client sent " + std::to_string(kept_) + " requests of " +
                            std::to_string(kept_bytes_) +
                            " bytes while one of its callbacks was running");
    }
    messages.push_back(std::move(message));
}

void Link::pump() {
    if (!channel_->ready()) return;
    const std::lock_guard lock(receiving_);
    wire::Message message;
    for (unsigned read = 0; read < kMostAtOnce && channel_->receive(message); ++read) {
        route(std::move(message));
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
                    put((*found)->nested, std::move(message));
                    (*found)->news.store(true, std::memory_order_release);
                    wake();
                    return;
                }
            }
            break;
        default:
            break;
    }
    put(inbox_, std::move(message));
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
    const unsigned depth = call == nullptr ? 1 : call->depth() + 1;
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
                                      call == nullptr ? 0 : call->call_id()};
        if ((call == nullptr || !call->cancelled()) &&
            send_patiently(envelope, json, attachments, call)) {
            wait_for_answer(invocation, depth, call);
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

bool Link::given_up(bridge32_call* call, Clock::time_point since) noexcept {
    if (call != nullptr && call->cancelled()) return true;
    // Other threads hold up nobody.
    if (!others_wait_ || std::this_thread::get_id() != main_thread_) return false;
    if (Clock::now() - since < patience_ || !others_wait_()) return false;
    if (call != nullptr) call->give_up();  // else its next callback would wait again
    return true;
}

void Link::wait_for_answer(Invocation& invocation, unsigned depth, bridge32_call* call) {
    auto since = Clock::now();
    wire::Doorbell bell = bell_;
    for (;;) {
        pump();
        wire::Message nested;
        const News news = take_news(invocation, nested);
        if (news == News::kDone || closed()) return;  // a closed link has nobody to serve with
        if (news == News::kNested) {
            serve_nested_(nested, depth);
            since = Clock::now();  // the client is alive and well
            continue;
        }
        if (given_up(call, since)) return;
        const bool found = bell.wait(
            [&] {
                return channel_->ready() || closed() ||
                       invocation.news.load(std::memory_order_acquire);
            },
            Clock::time_point::max(), kLook);
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
    nested = pop(invocation.nested);
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
