// The client's end of a channel: requests go out, replies find their callers.
//
// There is no receiving thread, so a reply costs no hand-over between threads. One of the threads
// that wait for replies has the turn to read the ring (ReaderTurn). It delivers to the others
// (CallTable), and passes the turn on when its own reply has come (HandoverPolicy). A callback or
// event goes to the thread that waits for the call it belongs to, otherwise to the dispatcher. The
// dispatcher reads while no other thread wants to, and gives way at once.
//
// Locks, outermost first. A thread that holds one takes only those below it:
//   1. Sender::mutex_                  the channel's sending side; also while it waits for room
//   2. CallTable::mutex_               calls, inboxes, sleeping threads
//      InterruptibleSleep::mutex_      the dispatcher's sleep
// None is held while foreign code runs. The turn to read is not a lock: a thread that cannot take
// it sleeps in the CallTable, and the thread that releases the turn wakes it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/times.hpp"
#include "client/endpoint/call_table.hpp"
#include "client/endpoint/follower_spin.hpp"
#include "client/endpoint/handover_policy.hpp"
#include "client/endpoint/interruptible_sleep.hpp"
#include "client/endpoint/reader_turn.hpp"
#include "client/endpoint/sender.hpp"
#include "wire/channel.hpp"

namespace bridge32::client {

/// The host died or went: nothing more comes. The owner of the endpoint knows why.
struct PeerGone {};

/// Any thread may call any function. Destroyed when no thread waits in it.
class Endpoint {
public:
    /// `peer_alive` is asked at most every 50 ms while somebody waits. `stray` gets the callbacks
    /// and events that no waiting thread is there for, must only post them, and says whether it
    /// took one; a callback that nobody takes is refused. `broken` runs when the host has violated
    /// the protocol: by then the peer has gone, as far as we are concerned. The endpoint outlives
    /// what they refer to.
    Endpoint(std::unique_ptr<wire::Channel> channel, std::function<bool()> peer_alive,
             std::function<bool(wire::Message&)> stray, std::function<void()> broken);

    /// When the caller waits for the reply: a thread that does so at once reads it itself.
    enum class Waits { kAtOnce, kLater };
    /// Sends a request; its reply will be delivered to `call`. False when there was no room until
    /// `deadline`. Throws PeerGone, ProtocolError, bridge32::Error.
    bool start(WaitingCall& call, const wire::Envelope& request, std::string_view json,
               std::span<const bridge32_attachment> attachments, Waits waits,
               Clock::time_point deadline);
    /// Sends a message that has no reply. Waits for room until `deadline`, then returns false.
    /// Throws the same.
    bool send(const wire::Envelope& message, std::string_view json,
              std::span<const bridge32_attachment> attachments,
              Clock::time_point deadline = Clock::time_point::max());

    /// Waits for the reply, or for a callback or event to run first; `nothing` when `deadline` came
    /// first: the reply stays expected. Throws PeerGone, ProtocolError, and then it is abandoned.
    Arrival wait(WaitingCall& call, Clock::time_point deadline);
    /// The callback or event that `wait` has found.
    wire::Message take_invocation(WaitingCall& call) { return calls_.take_invocation(call); }
    /// Does not take what `wait` has found: the thread waits no longer, and the reply stays
    /// expected. Throws ProtocolError when what it found is malformed, and then it is abandoned.
    void leave_early(WaitingCall& call);
    /// Runs `task`, which must only post, when the reply is there, which may be now, or when none
    /// will come.
    void when_replied(WaitingCall& call, std::function<void()> task);
    /// The reply is no longer expected, and is dropped when it comes. With `tell_host`, the host
    /// learns that nobody waits any more.
    void abandon(WaitingCall& call, bool tell_host) noexcept;

    /// For the dispatcher: reads while nobody else wants to, until something came, `deadline` or
    /// `interrupt_idle`.
    void read_idle(Clock::time_point deadline);
    void interrupt_idle() noexcept;

    /// A callback begins and ends to run: see Sender::may_send.
    void callback_began() noexcept { sender_.callback_began(); }
    void callback_ended() noexcept { sender_.callback_ended(); }
    /// Answers a callback with an error, now or when there is room.
    void refuse(std::uint64_t invocation) noexcept;

    /// The peer broke the protocol: calls under way throw ProtocolError(`reason`), later ones
    /// ConnectionClosed, and the link ends. Any thread.
    void break_off(const std::string& reason) noexcept;
    bool broken() const noexcept { return calls_.failed(); }
    /// The peer has died: wakes all who wait.
    void peer_died() noexcept;
    bool peer_gone() const noexcept;
    /// Tells the host that the session is over, if it still listens.
    void hang_up() noexcept { channel_->hang_up(); }

    wire::Channel& channel() noexcept { return *channel_; }

private:
    enum class Until { kMessage, kMessageOrRoom };

    void throw_if_over() const;
    void begin(WaitingCall& call, std::uint64_t id, Waits waits);
    bool make_room(WaitingCall* call, Clock::time_point deadline);
    Arrival read(WaitingCall* own, Until until, Clock::time_point deadline,
                 Clock::duration longest);
    Arrival wait_for_news(WaitingCall& call, Clock::time_point deadline);
    Arrival follow(WaitingCall& call, Clock::time_point deadline);
    Arrival deliver(WaitingCall* own);
    bool deliver_one(wire::Message& message, WaitingCall* own);
    void deliver_stray(wire::Message& message);
    void release_turn(HandoverPolicy::Wake wake) noexcept;
    HandoverPolicy::Wake usual_wake() const noexcept;
    void refuse_callbacks();

    std::unique_ptr<wire::Channel> channel_;
    std::function<bool()> peer_alive_;
    std::function<bool(wire::Message&)> stray_;
    std::function<void()> broken_;
    std::atomic<bool> gone_{false};

    ReaderTurn turn_;
    HandoverPolicy handover_;
    CallTable calls_;
    Sender sender_;
    FollowerSpin follower_spin_;
    wire::Message message_;  // what is read by a thread without a call of its own; the reader's

    wire::Doorbell idle_bell_;  // the dispatcher's way of waiting at our bell
    InterruptibleSleep idle_;   // and of waiting while others read
    std::atomic<int> at_idle_bell_{0};
};

}  // namespace bridge32::client
