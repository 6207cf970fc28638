// What a link sends: replies at once or when the client reads again, events, and callbacks when
// there is room.
#include <chrono>
#include <cstdio>
#include <new>
#include <utility>

#include "bridge32/error.hpp"
#include "bridge32/internal/protocol/error.hpp"
#include "host32/endpoint/link.hpp"
#include "hosting/host_services.hpp"

namespace bridge32::host {

namespace {

constexpr std::chrono::milliseconds kRoomLook{1};   // at the room in a full ring
constexpr std::size_t kMaxOutboxBytes = 16U << 20;  // of events that nobody reads
constexpr std::size_t kMaxOutbox = 10'000;

}  // namespace

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
                protocol::error_text({"RemoteError", "the result cannot be sent: " + reason});
            if (!send_now(envelope, error, {})) keep(envelope, error, {});
        } catch (const std::exception& again) {
            return fail(again);
        }
        return BRIDGE32_NOT_SENT;
    }
}

/// Waits for room. False when the client has gone, or given the call up.
bool Link::send_patiently(const wire::Envelope& envelope, std::string_view json,
                          std::span<const bridge32_attachment> attachments, bridge32_call* call) {
    auto next_look = Clock::now() + kLook;
    const auto start = Clock::now();
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
        if (given_up(call, start)) return false;
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
    const wire::Envelope envelope{wire::FrameKind::kEvent, 0, 0,
                                  call == nullptr ? 0 : call->call_id()};
    try {
        if (call != nullptr) {
            // An event of a call that was given up is for nobody.
            return !call->cancelled() && send_patiently(envelope, json, attachments, call)
                       ? BRIDGE32_OK
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

}  // namespace bridge32::host
