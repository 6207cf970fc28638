// The host's end of one client's channel, for all threads that serve the client or send to it.
//
// There is no receiving thread. Whoever waits for something from the client reads the ring, and
// what it reads for others it puts where they look: the main thread sleeps until there is a
// request; a thread that runs a callback reads until the callback's reply has come, and serves
// the calls that the callback makes. All of them sleep at the same bell.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "host32/crash/crash_report.hpp"
#include "hosting/client_port.hpp"
#include "os/process.hpp"
#include "wire/channel.hpp"

namespace bridge32::host {

/// Any thread may call any function. The channel's peer is not trusted: whatever it writes, the
/// worst that happens is the end of this link.
class Link : public hosting::ClientPort, public std::enable_shared_from_this<Link> {
public:
    /// `bell`: where this host sleeps; outlives the link. Throws bridge32::Error when the client
    /// has gone already.
    Link(std::unique_ptr<wire::Channel> channel, const wire::Doorbell& bell);

    /// Who serves the calls that a callback makes, on the thread that runs the callback.
    using ServeNested = std::function<void(wire::Message& request, unsigned depth)>;
    void serve_nested_with(ServeNested serve) { serve_nested_ = std::move(serve); }

    /// On this thread, the link waits for the client's answers, and for room in its ring, no
    /// longer than `patience` while `others_wait()`. Before the first message.
    void limit_patience(std::chrono::milliseconds patience, std::function<bool()> others_wait) {
        patience_ = patience;
        others_wait_ = std::move(others_wait);
        main_thread_ = std::this_thread::get_id();
    }

    /// Is there a message that `take` may give? Cheap, for spinning on.
    bool ready() const noexcept {
        return inbox_size_.load(std::memory_order_acquire) != 0 || channel_->ready();
    }
    /// The next message that begins something: an open, a request that is no part of a callback
    /// and was not cancelled, a close; or one of a kind that nobody knows. False when there is
    /// none. Throws ProtocolError.
    bool take(wire::Message& message);

    /// bridge32_host::reply, for the call with this id.
    std::int32_t send_reply(std::uint64_t call_id, std::string_view json,
                            std::span<const bridge32_attachment> attachments) noexcept;
    std::int32_t emit(bridge32_call* call, std::string_view json,
                      std::span<const bridge32_attachment> attachments) noexcept override;
    std::int32_t invoke(bridge32_call* call, std::string_view json,
                        std::span<const bridge32_attachment> attachments,
                        bridge32_reply_receiver receive, void* user) noexcept override;

    /// Has the client given up the call? Looks for news first.
    bool cancelled(std::uint64_t call_id) noexcept;
    /// The call has ended: its cancellation is forgotten.
    void forget(std::uint64_t call_id) noexcept;

    /// Messages wait because the client does not read.
    bool blocked() const noexcept { return waiting_.load(std::memory_order_acquire) != 0; }
    /// Sends what waits, as far as there is room.
    void flush() noexcept;

    bool client_alive() const noexcept { return client_.alive(); }
    /// The session is over: what is sent is dropped, and who waits for the client stops.
    void close() noexcept;
    /// The client broke the protocol, or the link was closed.
    bool closed() const noexcept { return closed_.load(std::memory_order_acquire); }
    /// Wakes whoever sleeps at the bell.
    void wake() noexcept;

    wire::Channel& channel() noexcept { return *channel_; }

private:
    using Clock = std::chrono::steady_clock;
    // How often who waits for the client looks at its life.
    static constexpr std::chrono::milliseconds kLook{50};

    struct Invocation;
    struct Waiting {
        wire::Envelope envelope;
        std::string json;
        std::vector<std::string> attachments;
    };

    /// Messages that were read and wait for somebody. With receiving_ held. `put` throws
    /// ProtocolError when they are too many.
    wire::Message pop(std::deque<wire::Message>& messages);
    void put(std::deque<wire::Message>& messages, wire::Message message);
    void pump();
    void route(wire::Message message);
    bool is_cancelled(std::uint64_t call_id, bool forget) noexcept;
    bool send_now(const wire::Envelope& envelope, std::string_view json,
                  std::span<const bridge32_attachment> attachments);
    bool send_patiently(const wire::Envelope& envelope, std::string_view json,
                        std::span<const bridge32_attachment> attachments, bridge32_call* call);
    void keep(const wire::Envelope& envelope, std::string_view json,
              std::span<const bridge32_attachment> attachments);
    void wait_for_answer(Invocation& invocation, unsigned depth, bridge32_call* call);
    /// Is the client not to be waited for any more, in the course of `call`, after the time since
    /// `since`?
    bool given_up(bridge32_call* call, Clock::time_point since) noexcept;
    enum class News { kNone, kNested, kDone };
    News take_news(Invocation& invocation, wire::Message& nested);
    std::int32_t fail(const std::exception& error) noexcept;

    std::unique_ptr<wire::Channel> channel_;
    const CrashListener crash_listener_;
    wire::Doorbell bell_;  // copied by each who sleeps at it
    os::ProcessHandle client_;
    ServeNested serve_nested_;
    std::chrono::milliseconds patience_{};
    std::function<bool()> others_wait_;  // null: there are none
    std::thread::id main_thread_;
    std::atomic<bool> closed_{false};

    std::mutex sending_;  // guards the channel's sending side, and outbox_
    std::deque<Waiting> outbox_;
    std::size_t outbox_bytes_ = 0;
    std::atomic<std::size_t> waiting_{0};

    std::mutex receiving_;  // guards the channel's receiving side, and all below
    std::deque<wire::Message> inbox_;
    std::atomic<std::size_t> inbox_size_{0};
    std::size_t kept_ = 0;
    std::size_t kept_bytes_ = 0;
    std::vector<Invocation*> invocations_;
    std::uint64_t last_invocation_ = 0;
    std::uint32_t cancels_read_ = 0;
    std::deque<std::uint64_t> cancelled_;
    std::atomic<std::size_t> cancelled_count_{0};
    std::atomic<std::int64_t> next_look_{0};  // at the client's life, in steady milliseconds
};

}  // namespace bridge32::host
