// The client's end of a channel: calls go out, replies find their callers.
//
// There is no receiving thread, so that a reply costs no hand-over between threads: of the
// threads that wait for replies one, the leader, reads the ring, wakes the others when theirs
// come, and hands the lead on when its own has come. A callback or event goes to the thread that
// waits for the call in whose course it comes, else to the dispatcher. The dispatcher leads while
// nobody else wants to, and gives way at once.
//
// One thread that calls in a loop takes half a microsecond a call; a thread that is woken for each
// takes several. So a leader whose calls follow each other while others sleep lets them sleep (the
// connection is hot); they look by themselves after two milliseconds, and one of them soon finds
// the lead free and is the next to keep it. As soon as a leader has to wait, the others are woken
// as ever.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
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

#include "base/times.hpp"
#include "wire/channel.hpp"

namespace bridge32::client {

/// The host died or went: nothing more comes. The owner of the connection knows why.
struct PeerGone {};

/// A request whose reply is awaited, and then the reply. Stays where it is while it is pending.
struct Pending {
    std::uint64_t call_id = 0;
    bool registered = false;   ///< other threads find it: the reply has not come
    bool synchronous = false;  ///< who sends it waits for it at once
    bool leads = false;        ///< that thread is the leader already
    bool attended = false;     ///< a thread is in `wait` for it, or about to be
    bool waited_for = false;   ///< that thread sleeps in `arrived`
    bool done = false;
    std::atomic<bool> news{
        false};  ///< of the reply or of the inbox, for who spins without the lock
    wire::Message message;
    std::deque<wire::Message> inbox;  ///< callbacks and events in its course
    std::function<void()> on_done;    ///< runs when the reply has come: must only post
    std::condition_variable arrived;
};

/// Any thread may call any function. Destroyed when no thread waits in it.
class Connection {
public:
    /// `peer_alive` is asked at most every 50 ms while somebody waits. `stray` gets what no
    /// waiting thread is there for, must only post it, and says whether it took it; a callback
    /// that nobody takes is refused. The connection outlives what they refer to.
    Connection(std::unique_ptr<wire::Channel> channel, std::function<bool()> peer_alive,
               std::function<bool(wire::Message&)> stray);

    /// Sends a message. With `pending`, its reply will be delivered there. `envelope.call_id` is
    /// chosen here unless it is given. False when there was no room until `deadline`. Throws
    /// PeerGone, ProtocolError, bridge32::Error.
    bool send(wire::Envelope envelope, std::string_view json,
              std::span<const bridge32_attachment> attachments, Pending* pending,
              Clock::time_point deadline);

    enum class Arrival { reply, work, nothing };
    /// Waits for the reply; `work` when there is something in the inbox to be run first; `nothing`
    /// when `deadline` came first: the reply stays expected. Throws PeerGone, ProtocolError.
    Arrival wait(Pending& pending, Clock::time_point deadline);
    /// What `wait` found.
    wire::Message take_work(Pending& pending);

    /// Calls `on_done` when the reply is there, which may be now.
    void when_done(Pending& pending, std::function<void()> on_done);

    /// The reply is no longer expected, and is dropped when it comes. With `tell_host`, the host
    /// learns that nobody waits any more.
    void abandon(Pending& pending, bool tell_host) noexcept;

    /// For the dispatcher: reads as leader while nobody else wants to lead, until something came,
    /// `deadline` or `interrupt_idle`.
    void read_idle(Clock::time_point deadline);
    void interrupt_idle() noexcept;

    /// A callback begins and ends to run. Meanwhile requests that do not belong to it are held
    /// back after a while: the host can only store them.
    void callback_began() noexcept { callbacks_running_.fetch_add(1); }
    void callback_ended() noexcept;

    /// The peer has died: wakes all who wait. Any thread.
    void peer_died() noexcept;
    bool peer_gone() const noexcept;

    wire::Channel& channel() noexcept { return *channel_; }

private:
    using Lock = std::unique_lock<std::mutex>;

    bool try_lead() noexcept;
    enum class Wanted { message, message_or_room };
    void lead(Lock& lock, Pending* own, Wanted wanted, Clock::time_point deadline,
              Clock::duration longest);
    bool expect_as_leader(Pending& pending, const wire::Envelope& envelope) noexcept;
    void expect_reply(Pending& pending, const wire::Envelope& envelope);
    void enter(Pending& pending);
    void wait_for_room(Lock& lock, Pending* pending, Clock::time_point deadline);
    void wait_for_leader(Lock& lock, Pending& pending, Clock::time_point deadline);
    void stop_leading(Lock& lock, Pending* own, const std::string& failure) noexcept;
    void pass_lead() noexcept;
    void cool_down() noexcept;
    bool may_spin() noexcept;
    void deliver(Pending* own);
    bool deliver_one(wire::Message& message, Pending* own);
    void finish(Pending& receiver) noexcept;
    static void tell(Pending& receiver, bool wake) noexcept;
    void remove(Pending& pending) noexcept;
    void give_up(Pending& pending) noexcept;
    void fail(const std::string& reason) noexcept;
    void wake_next_leader() noexcept;
    void wake_sleepers() noexcept;
    void throw_if_gone() const;
    bool hold_back(const wire::Envelope& envelope, Clock::time_point deadline);
    void refuse_strays() noexcept;
    Pending* find(std::uint64_t call_id, Pending* own) noexcept;

    std::unique_ptr<wire::Channel> channel_;
    std::function<bool()> peer_alive_;
    std::function<bool(wire::Message&)> stray_;
    wire::Doorbell idle_bell_;              // the dispatcher's way of waiting at our bell
    const wire::SpinBudget follower_spin_;  // where who does not lead begins
    const unsigned most_spinning_;          // of those
    std::atomic<unsigned> spinning_{0};
    std::atomic<bool> gone_{false};
    std::atomic<bool> failed_{false};  // there is a protocol_error_
    std::atomic<bool> idle_interrupted_{false};

    std::mutex sending_;  // taken before mutex_
    std::uint64_t last_id_ = 0;
    std::vector<std::uint64_t> refused_;  // callbacks to be answered; guarded by mutex_
    std::atomic<std::size_t> refused_count_{0};
    std::atomic<int> callbacks_running_{0};
    std::atomic<std::uint32_t> sent_beside_callbacks_{0};

    // Whoever changes it from false to true leads, and writes these below, too.
    std::atomic<bool> led_{false};
    wire::Message message_;         // and that of the leader's own call
    unsigned heat_ = 0;             // grows with each call that ends while others sleep
    std::atomic<bool> hot_{false};  // see above

    std::mutex mutex_;  // guards all below
    std::condition_variable idle_;
    std::vector<Pending*> pending_;         // not that of a leader who has found the lead free
    std::vector<Pending*> sleeping_;        // in `arrived`
    std::atomic<unsigned> sleepers_{0};     // those, and who is about to
    std::atomic<bool> idle_leader_{false};  // the dispatcher leads, and has not begun to read
    std::uint64_t leaders_ = 0;             // the dispatcher, and who took the lead from it
    std::string protocol_error_;
};

}  // namespace bridge32::client
