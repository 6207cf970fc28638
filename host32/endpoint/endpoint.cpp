#include "host32/endpoint/endpoint.hpp"

#include <algorithm>
#include <cstdio>
#include <new>
#include <string>
#include <utility>

#include "bridge32/error.hpp"
#include "bridge32/internal/protocol/error.hpp"
#include "hosting/host_table.hpp"

namespace bridge32::host {

namespace {

// Messages that a thread reads in one go: a client that writes faster does not hold up the others.
constexpr unsigned kMostAtOnce = 1024;

/// The callbacks that this thread waits for, of any client: those of no call, or of the call of
/// another client than the one whose function is called, would not know how deep they nest.
class CallbacksHere {
public:
    CallbacksHere() noexcept {
        // As far up on this stack as this one: those were left by longjmp.
        while (count != 0 && frames[count - 1] <= this)
            --count;
        outside_ = count;
        if (outside_ < BRIDGE32_MAX_CALL_DEPTH) frames[count++] = this;
    }
    CallbacksHere(const CallbacksHere&) = delete;
    CallbacksHere& operator=(const CallbacksHere&) = delete;
    ~CallbacksHere() { count = outside_; }
    unsigned depth() const noexcept { return outside_ + 1; }

private:
    static inline thread_local const void* frames[BRIDGE32_MAX_CALL_DEPTH];
    static inline thread_local unsigned count = 0;

    unsigned outside_;
};

constexpr const char* kAbandoned =
    "the call was abandoned: the library has jumped (longjmp) out of the callback that made it";

}  // namespace

Endpoint::Endpoint(std::unique_ptr<wire::Channel> channel, const wire::Doorbell& bell)
    : channel_(std::move(channel)),
      crash_listener_(*channel_),
      bell_(bell),
      client_(os::ProcessHandle::of_visible(channel_->client_pid())),
      outbox_(*channel_) {}

void Endpoint::limit_patience(std::chrono::milliseconds patience,
                              std::function<bool()> others_wait) {
    patience_ = patience;
    others_wait_ = std::move(others_wait);
    main_thread_ = std::this_thread::get_id();
}

// Receiving.

bool Endpoint::take(wire::Message& message) {
    const std::lock_guard reading(reading_);
    for (unsigned read = 0; read < kMostAtOnce; ++read) {
        // A cancel may lie behind the very call that it is for.
        if (channel_->cancels_sent() != cancels_read_ && inbox_.has_room() &&
            channel_->receive(message)) {
            route(std::move(message));
            continue;
        }
        if (inbox_.empty() || !inbox_.take(message)) {
            if (!channel_->receive(message)) return false;
            const auto kind = message.kind();
            if (kind == wire::FrameKind::kCallbackReply || kind == wire::FrameKind::kCancel ||
                (kind == wire::FrameKind::kRequest && message.related_id() != 0)) {
                // A request of a callback that has ended is an ordinary one: it is in the inbox.
                route(std::move(message));
                continue;
            }
        }
        if (message.kind() == wire::FrameKind::kRequest && inbox_.forget(message.call_id())) {
            continue;  // nobody waits for it: it is not run
        }
        return true;
    }
    return false;  // there is more: see `ready`
}

void Endpoint::read_all() {
    if (!channel_->ready()) return;
    const std::lock_guard reading(reading_);
    wire::Message message;
    for (unsigned read = 0; read < kMostAtOnce && channel_->receive(message); ++read) {
        route(std::move(message));
        message = wire::Message();
    }
}

/// With reading_ held.
void Endpoint::route(wire::Message message) {
    switch (message.kind()) {
        case wire::FrameKind::kCancel:
            ++cancels_read_;
            inbox_.cancel(message.call_id());
            return;
        case wire::FrameKind::kCallbackReply:
            if (invocations_.answer(std::move(message))) wake();
            return;
        case wire::FrameKind::kRequest:
            if (const auto callback = message.related_id();
                callback != 0 && invocations_.waits(callback)) {
                inbox_.put(std::move(message), callback);
                invocations_.notify(callback);
                wake();
                return;
            }
            break;
        default:
            break;
    }
    inbox_.put(std::move(message));
    wake();
}

bool Endpoint::cancelled(std::uint64_t call_id) noexcept {
    try {
        read_all();
    } catch (const std::exception&) {
        close();  // the main thread finds the same, and reports it
    }
    const auto now = Clock::now();
    auto due = next_look_.load(std::memory_order_relaxed);
    const auto next = (now + times::kCancelledLook).time_since_epoch().count();
    if (now.time_since_epoch().count() >= due && next_look_.compare_exchange_strong(due, next)) {
        close_if_client_died();
    }
    return closed() || inbox_.cancelled(call_id);
}

// Sending.

std::int32_t Endpoint::send_reply(std::uint64_t call_id, std::string_view json,
                                  std::span<const bridge32_attachment> attachments) noexcept {
    if (closed()) return BRIDGE32_DISCONNECTED;
    const wire::Envelope envelope{wire::FrameKind::kReply, 0, call_id, 0};
    try {
        // While replies wait, no requests are read: so few of them wait.
        outbox_.send(envelope, json, attachments);
        return BRIDGE32_OK;
    } catch (const ProtocolError& e) {
        return fail(e);
    } catch (const std::exception& e) {
        std::string reason = e.what();
        if (reason == std::bad_alloc().what()) reason = "the host is out of memory";
        // The reply itself is too large for this machine; the error is not.
        try {
            outbox_.send(
                envelope,
                protocol::error_text({"RemoteError", "the result cannot be sent: " + reason}), {});
        } catch (const std::exception& again) {
            return fail(again);
        }
        return BRIDGE32_NOT_SENT;
    }
}

std::int32_t Endpoint::emit(bridge32_call* call, std::string_view json,
                            std::span<const bridge32_attachment> attachments) noexcept {
    if (closed()) return BRIDGE32_DISCONNECTED;
    const wire::Envelope envelope{wire::FrameKind::kEvent, 0, 0,
                                  call == nullptr ? 0 : call->call_id()};
    try {
        if (call != nullptr) {
            // Nobody wants the events of a cancelled call.
            return !call->cancelled() && send_patiently(envelope, json, attachments, call)
                       ? BRIDGE32_OK
                       : BRIDGE32_DISCONNECTED;
        }
        flush();
        if (!outbox_.send_bounded(envelope, json, attachments)) return BRIDGE32_NOT_SENT;
        if (blocked()) wake();  // the main thread sends what waits
        return BRIDGE32_OK;
    } catch (const ProtocolError& e) {
        return fail(e);
    } catch (const std::exception&) {
        return BRIDGE32_NOT_SENT;
    }
}

/// Waits for room. False when the client has gone, or the call is given up.
bool Endpoint::send_patiently(const wire::Envelope& envelope, std::string_view json,
                              std::span<const bridge32_attachment> attachments,
                              bridge32_call* call) {
    // In its place: a plugin whose other threads emit events all the time leaves no room later.
    const Outbox::Patient message(outbox_, envelope, json, attachments);
    if (message.sent()) return true;
    const auto since = Clock::now();
    auto next_look = since + times::kPeerLook;
    for (;;) {
        flush();
        if (closed()) return false;
        if (message.sent()) return true;
        read_all();  // the client may be waiting for us to read
        if (given_up(call, since)) return false;
        wire::Doorbell bell = bell_;
        bell.wait([this] { return closed() || channel_->ready(); },
                  Clock::now() + times::kRoomLook);
        if (Clock::now() >= next_look) {
            next_look = Clock::now() + times::kPeerLook;
            close_if_client_died();
        }
    }
}

void Endpoint::flush() noexcept {
    if (!blocked() || closed()) return;
    try {
        outbox_.flush();
    } catch (const std::exception& e) {
        fail(e);
        outbox_.clear();
    }
}

// Callbacks.

std::int32_t Endpoint::invoke(bridge32_call* call, std::string_view json,
                              std::span<const bridge32_attachment> attachments,
                              bridge32_reply_receiver receive, void* user) noexcept {
    if (closed()) return BRIDGE32_DISCONNECTED;
    const CallbacksHere here;
    const unsigned depth = std::max(here.depth(), call == nullptr ? 1 : call->depth() + 1);
    if (depth > BRIDGE32_MAX_CALL_DEPTH) return BRIDGE32_TOO_DEEP;
    // As far up on the same stack as the last callbacks of this call: those were left.
    const void* const frame = &depth;
    if (invocations_.any() && call != nullptr && frame < call) end_abandoned(call->mark(), frame);
    Invocation& invocation = invocations_.begin(frame);
    std::int32_t code = BRIDGE32_OK;
    try {
        const wire::Envelope envelope{wire::FrameKind::kCallback, 0, invocation.id,
                                      call == nullptr ? 0 : call->call_id()};
        if ((call == nullptr || !call->cancelled()) &&
            send_patiently(envelope, json, attachments, call)) {
            wait_for_reply(invocation, depth, call);
        }
    } catch (const ProtocolError& e) {
        code = fail(e);
    } catch (const std::exception&) {
        code = BRIDGE32_NOT_SENT;
    }
    const auto ended = end(invocation);
    if (code != BRIDGE32_OK) return code;
    if (!invocation.answered) {
        if (closed()) return BRIDGE32_DISCONNECTED;
        return BRIDGE32_CALL_IS_OVER;
    }
    if (!invocation.reply.readable()) return BRIDGE32_NOT_SENT;
    const auto reply = invocation.reply.json();
    const auto data = invocation.reply.attachments();
    receive(user, reply.data(), static_cast<std::uint32_t>(reply.size()), data.data(),
            static_cast<std::uint32_t>(data.size()));
    return BRIDGE32_OK;
}

std::unique_ptr<Invocation> Endpoint::end(Invocation& invocation) noexcept {
    // Not while another thread routes a message to it.
    const std::lock_guard reading(reading_);
    inbox_.release(invocation.id);
    return invocations_.end(invocation);
}

void Endpoint::end_abandoned(std::uint64_t begun_after, const void* frame) noexcept {
    while (Invocation* const left = invocations_.last_after(begun_after, frame)) {
        const auto ended = end(*left);
        const wire::Message& nested = ended->nested;
        if (nested.call_id() == 0) continue;
        if ((nested.flags() & wire::kNoReply) == 0) {
            const auto error = protocol::error_text({"RemoteError", kAbandoned, {}, 0});
            send_reply(nested.call_id(), error, {});
        }
        forget(nested.call_id());
    }
}

/// Until the reply has come, or nobody waits for it any longer. Serves the callback's requests.
void Endpoint::wait_for_reply(Invocation& invocation, unsigned depth, bridge32_call* call) {
    auto since = Clock::now();
    wire::Doorbell bell = bell_;
    while (!closed()) {
        read_all();
        invocation.news.exchange(false, std::memory_order_acquire);
        // Looked at first: what the callback requested before it replied is then in the inbox.
        const bool answered = invocation.answered.load(std::memory_order_acquire);
        if (inbox_.take(invocation.nested, invocation.id)) {
            if (closed()) return;  // nobody is left to serve it for
            serve_nested_(invocation.nested, depth);
            invocation.nested = wire::Message();
            since = Clock::now();  // the client is alive and well
            continue;
        }
        if (answered || given_up(call, since)) return;
        const bool found = bell.wait(
            [&] {
                return channel_->ready() || closed() ||
                       invocation.news.load(std::memory_order_acquire);
            },
            Clock::time_point::max(), times::kPeerLook);
        flush();
        if (!found) close_if_client_died();
    }
}

bool Endpoint::given_up(bridge32_call* call, Clock::time_point since) noexcept {
    if (call != nullptr && call->cancelled()) return true;
    // Other threads hold up nobody.
    if (!others_wait_ || std::this_thread::get_id() != main_thread_) return false;
    if (Clock::now() - since < patience_ || !others_wait_()) return false;
    if (call != nullptr) call->give_up();  // else its next callback would wait again
    return true;
}

// The end.

void Endpoint::close_if_client_died() noexcept {
    if (!client_alive()) close();
}

std::int32_t Endpoint::fail(const std::exception& error) noexcept {
    std::fprintf(stderr, "bridge32 host: session ended: %s\n", error.what());
    close();
    return BRIDGE32_DISCONNECTED;
}

void Endpoint::close() noexcept {
    if (!closed_.exchange(true)) wake();
}

void Endpoint::wake() noexcept {
    wire::Doorbell bell = bell_;
    bell.wake();
}

}  // namespace bridge32::host
