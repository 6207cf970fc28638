// The client's end of a channel: calls go out, replies find their callers.
//
// There is no receiving thread, so that a reply costs no hand-over between threads: of the
// threads that wait for replies one, the leader, reads the ring, wakes the others when theirs
// come, and hands the lead on when its own has come.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "wire/channel.hpp"

namespace bridge32::client {

using Clock = std::chrono::steady_clock;

/// The host died or went: nothing more comes. The owner of the connection knows why.
struct PeerGone {};

/// A request whose reply is awaited, and then the reply. Stays where it is while it is pending.
struct Pending {
    std::uint64_t call_id = 0;
    bool registered = false;  ///< the reply has not come
    bool waited_for = false;  ///< a thread sleeps in `arrived`
    bool done = false;
    wire::Message message;
    std::condition_variable arrived;
};

/// Any thread may call any function. Destroyed when no thread waits in it.
class Connection {
public:
    /// `peer_alive` is asked at most every 50 ms while somebody waits; the connection outlives
    /// what it refers to.
    Connection(std::unique_ptr<wire::Channel> channel, std::function<bool()> peer_alive)
        : channel_(std::move(channel)), peer_alive_(std::move(peer_alive)) {}

    /// Sends a message. With `pending`, its reply will be delivered there. False when there was
    /// no room until `deadline`. Throws PeerGone, ProtocolError, bridge32::Error.
    bool send(wire::FrameKind kind, std::uint16_t flags, std::string_view json,
              std::span<const bridge32_attachment> attachments, Pending* pending,
              Clock::time_point deadline);

    /// Waits for the reply; false when `deadline` came first: the reply stays expected. Throws
    /// PeerGone, ProtocolError.
    bool wait(Pending& pending, Clock::time_point deadline);

    /// The reply is no longer expected, and is dropped when it comes.
    void abandon(Pending& pending) noexcept;

    /// The peer has died: wakes all who wait. Any thread.
    void peer_died() noexcept;
    bool peer_gone() const noexcept;

    wire::Channel& channel() noexcept { return *channel_; }

private:
    /// Reads replies until `pending` is done or `deadline`. `lock` holds mutex_.
    void lead(std::unique_lock<std::mutex>& lock, const Pending* pending,
              Clock::time_point deadline);
    void deliver(const Pending* own);
    void remove(Pending& pending) noexcept;
    void fail(const std::string& reason) noexcept;
    void wake_next_leader() noexcept;
    void throw_if_gone() const;

    std::unique_ptr<wire::Channel> channel_;
    std::function<bool()> peer_alive_;
    std::atomic<bool> gone_{false};

    std::mutex sending_;  // taken before mutex_
    std::uint64_t last_id_ = 0;

    std::mutex mutex_;  // guards all below, but `message_`, which is the leader's
    std::vector<Pending*> pending_;
    bool led_ = false;
    std::string protocol_error_;
    wire::Message message_;
};

}  // namespace bridge32::client
