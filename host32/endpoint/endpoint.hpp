// The host's end of one client's channel, for all threads that serve the client or send to it.
//
// There is no receiving thread. A thread that waits for something from the client reads the ring,
// and puts what it reads for others where they look: the main thread sleeps until there is a
// request; a thread that waits for a callback reads until the reply has come, and serves the
// requests that the callback makes. All of them sleep at the same bell.
//
// Locks, outermost first. A thread that holds one takes only those below it:
//   1. Endpoint::reading_              the channel's receiving side: who reads now, and routes
//   2. Inbox::mutex_                   what was read and waits; which calls are cancelled
//      Invocations::mutex_             who waits for a callback
// and apart from these, never held together with any of them:
//      Outbox::mutex_                  the channel's sending side; what waits for room
// None is held while foreign code runs: the plugin, or a receiver of a reply.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <thread>

#include "base/times.hpp"
#include "host32/crash/crash_report.hpp"
#include "host32/endpoint/inbox.hpp"
#include "host32/endpoint/invocations.hpp"
#include "host32/endpoint/outbox.hpp"
#include "hosting/host_table.hpp"
#include "os/process.hpp"
#include "wire/channel.hpp"

namespace bridge32::host {

/// Thread-safe. The peer is not trusted: whatever it writes, the worst result is the end of this
/// endpoint.
class Endpoint : public hosting::ClientPort, public std::enable_shared_from_this<Endpoint> {
public:
    /// `bell`: where this host sleeps; must outlive the endpoint. Throws bridge32::Error if the
    /// client is already gone.
    Endpoint(std::unique_ptr<wire::Channel> channel, const wire::Doorbell& bell);

    /// Serves a request of a callback, on the thread that waits for the callback.
    using ServeNested = std::function<void(wire::Message& request, unsigned depth)>;
    void serve_nested_with(ServeNested serve) { serve_nested_ = std::move(serve); }

    /// The calling thread waits for the client's replies, and for room in its ring, no longer than
    /// `patience` while `others_wait()`. Before the first message.
    void limit_patience(std::chrono::milliseconds patience, std::function<bool()> others_wait);

    /// True if `take` may return a message. Cheap, for spinning.
    bool ready() const noexcept { return !inbox_.empty() || channel_->ready(); }
    /// Takes the next message that starts something: an open, a request outside callbacks that was
    /// not cancelled, a close, or a frame of unknown kind. False if there is none. Throws
    /// ProtocolError.
    bool take(wire::Message& message);

    /// bridge32_host::reply, for the call with this id.
    std::int32_t send_reply(std::uint64_t call_id, std::string_view json,
                            std::span<const bridge32_attachment> attachments) noexcept;
    std::int32_t emit(bridge32_call* call, std::string_view json,
                      std::span<const bridge32_attachment> attachments) noexcept override;
    std::int32_t invoke(bridge32_call* call, std::string_view json,
                        std::span<const bridge32_attachment> attachments,
                        bridge32_reply_receiver receive, void* user) noexcept override;

    /// What a running call passes to `end_abandoned`.
    std::uint64_t last_callback() const noexcept { return invocations_.last_id(); }
    /// A library can jump out of a callback (longjmp), and so out of a nested call that the
    /// callback makes. Answers such calls with an error: those of the callbacks that this thread
    /// has called after the one of that number, in frames not above `frame`. By default all: the
    /// call is over.
    void end_abandoned(std::uint64_t begun_after,
                       const void* frame = reinterpret_cast<const void*>(-1)) noexcept;
    bool waits_for_callback() const noexcept { return invocations_.any(); }

    /// True if the client has cancelled the call. First reads what has arrived.
    bool cancelled(std::uint64_t call_id) noexcept;
    /// Forgets the cancellation of a call that has ended.
    void forget(std::uint64_t call_id) noexcept { inbox_.forget(call_id); }

    /// True if messages wait because the client does not read.
    bool blocked() const noexcept { return outbox_.blocked(); }
    /// True if replies are among them. Cheap.
    bool holds_replies() const noexcept { return outbox_.holds_replies(); }
    /// Sends waiting messages as far as there is room.
    void flush() noexcept;

    bool client_alive() const noexcept {
        return (!client_ || client_->alive()) && !channel_->link().ended();
    }
    /// Ends the session: from now on nothing is sent, and threads that wait for the client stop
    /// waiting.
    void close() noexcept;
    /// True if the endpoint was closed, also because the client violated the protocol or died.
    bool closed() const noexcept { return closed_.load(std::memory_order_acquire); }
    /// Wakes every thread that sleeps at the bell.
    void wake() noexcept;

    wire::Channel& channel() noexcept { return *channel_; }

private:
    void read_all();
    void route(wire::Message message);
    bool send_patiently(const wire::Envelope& envelope, std::string_view json,
                        std::span<const bridge32_attachment> attachments, bridge32_call* call);
    std::unique_ptr<Invocation> end(Invocation& invocation) noexcept;
    void wait_for_reply(Invocation& invocation, unsigned depth, bridge32_call* call);
    /// Should nobody wait for the client any longer in the course of `call`, having waited since
    /// `since`?
    bool given_up(bridge32_call* call, Clock::time_point since) noexcept;
    void close_if_client_died() noexcept;
    std::int32_t fail(const std::exception& error) noexcept;

    std::unique_ptr<wire::Channel> channel_;
    const CrashListener crash_listener_;
    wire::Doorbell bell_;                      // copied by each thread that sleeps at it
    std::optional<os::ProcessHandle> client_;  // null: the link alone tells
    std::atomic<Clock::rep> next_look_{0};     // at the client's life, in `cancelled`
    ServeNested serve_nested_;
    std::chrono::milliseconds patience_{};
    std::function<bool()> others_wait_;  // null: there are none
    std::thread::id main_thread_;
    std::atomic<bool> closed_{false};

    Outbox outbox_;
    Inbox inbox_;
    Invocations invocations_;
    std::mutex reading_;  // guards the channel's receiving side, and cancels_read_
    std::uint32_t cancels_read_ = 0;
};

}  // namespace bridge32::host
