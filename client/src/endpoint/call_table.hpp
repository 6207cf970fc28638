// The calls that wait for a reply, and what has come for them.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "base/times.hpp"
#include "client/endpoint/event_limit.hpp"
#include "client/endpoint/handover_policy.hpp"
#include "client/endpoint/reader_turn.hpp"
#include "wire/message.hpp"

namespace bridge32::client {

/// What has come for a call: an invocation is a callback or an event in its course.
enum class Arrival { kNothing, kReply, kInvocation };

/// One call through a channel: its id, then its reply. Used again for the next call. It stays where
/// it is from Endpoint::start until its reply or Endpoint::abandon.
///
/// A call has one owner at a time: the thread that starts it, waits for it or abandons it.
class WaitingCall {
public:
    /// Of the last request; 0 before the first. For the owner.
    std::uint64_t id() const noexcept { return id_; }
    /// The reply, once Endpoint::wait has found it. For the owner.
    wire::Message& reply() noexcept { return reply_; }
    const wire::Message& reply() const noexcept { return reply_; }

private:
    friend class CallTable;
    friend class Endpoint;

    // The owner's.
    std::uint64_t id_ = 0;   // does not change while the call is in the table
    bool has_turn_ = false;  // to read, since it was sent: nobody else need find the call

    // The owner's while it has the turn, else another reader's until the reply is there.
    wire::Message reply_;

    // The owner's while the call is not in the table; else guarded by the table's lock.
    bool listed_ = false;
    bool attended_ = false;  // a thread waits for it, or is about to
    bool asleep_ = false;    // that thread sleeps
    bool replied_ = false;
    std::deque<wire::Message> inbox_;
    std::function<void()> on_reply_;
    std::condition_variable news_came_;

    // Written under the table's lock, read by an owner that spins.
    std::atomic<bool> news_{false};
};

/// One lock; no function holds it while it runs a task. Any thread.
class CallTable {
public:
    // For the owner of a call.

    /// The call waits for the reply to the request `id`. `attended`: a thread is about to wait for
    /// it. Nobody finds it before `add`.
    static void begin(WaitingCall& call, std::uint64_t id, bool attended) noexcept;
    /// From now on the reader finds it.
    void add(WaitingCall& call);
    /// A thread waits for it from now on, and gets the callbacks and events in its course.
    Arrival attend(WaitingCall& call);
    /// That thread waits no longer, unless something has come after all.
    Arrival leave(WaitingCall& call) noexcept;
    /// That thread waits no longer. Returns the invocations that it has not run.
    std::deque<wire::Message> leave_early(WaitingCall& call) noexcept;
    /// The first of the invocations that `attend` or `sleep` has found.
    wire::Message take_invocation(WaitingCall& call);
    /// Runs `task`, which must only post, when the reply is there, which may be now, or when `end`
    /// or `fail` says that it will not come. `ended`: have they said so already?
    void when_replied(WaitingCall& call, std::function<void()> task,
                      const std::function<bool()>& ended);
    /// The reply is dropped when it comes, and callbacks in the call's course are refused. True
    /// when the table had the call.
    bool remove(WaitingCall& call) noexcept;

    /// Has anything come for it that was not taken? Cheap, for spinning on.
    static bool has_news(const WaitingCall& call) noexcept {
        return call.news_.load(std::memory_order_acquire);
    }
    /// Sleeps until something has come for it, or until it is woken to read, or for as long as
    /// `policy` says, and until `deadline` at most. Does not sleep when nobody reads.
    Arrival sleep(WaitingCall& call, ReaderTurn& turn, const HandoverPolicy& policy,
                  Clock::time_point deadline);

    // For the reader.

    /// `message` is a reply: swaps it into its call, if that still waits. Wakes a thread that
    /// sleeps for it if `wake`, and returns whether one slept.
    bool put_reply(wire::Message& message, bool wake);
    /// The reader's own reply is in its call: the table lets go of that.
    void end_own(WaitingCall& own);
    enum class Put { kForReader, kForOther, kNobodyWaits };
    /// Moves a callback or an event to the thread that waits for the call in whose course it comes.
    /// `own`: the reader's call, which need not be in the table. What is too much for another
    /// thread is dropped, a callback refused.
    Put put_invocation(wire::Message& message, WaitingCall* own);

    // For any thread.

    /// Wakes one sleeper to read.
    void wake_next() noexcept;
    void wake_all() noexcept;
    /// The peer has gone: wakes all, and runs what waits for a reply.
    void end() noexcept;
    /// The same, and every waiting call throws `reason` as a ProtocolError. False if it has failed
    /// before.
    bool fail(const std::string& reason) noexcept;
    bool failed() const noexcept { return failed_.load(std::memory_order_acquire); }
    void throw_if_failed() const;
    /// ConnectionClosed, for calls that begin after that.
    void throw_if_closed() const;

    /// Callbacks that nobody runs, which are to be answered. Throws ProtocolError when there are
    /// more than a host can have threads that wait for the answers.
    void refuse(std::uint64_t invocation);
    bool any_refused() const noexcept {
        return refused_count_.load(std::memory_order_relaxed) != 0;
    }
    std::vector<std::uint64_t> take_refused();

private:
    static Arrival arrival(const WaitingCall& call) noexcept;
    WaitingCall* find(std::uint64_t id) const noexcept;
    std::deque<wire::Message> take_inbox(WaitingCall& call) noexcept;
    void unlist(WaitingCall& call) noexcept;
    std::vector<std::function<void()>> take_tasks();

    mutable std::mutex mutex_;  // guards all below but the atomics
    std::vector<WaitingCall*> calls_;
    std::vector<WaitingCall*> asleep_;  // also those whose reply is there, until they are awake
    EventLimit limit_;                  // of all inboxes
    std::vector<std::uint64_t> refused_;
    std::string failure_;
    std::atomic<std::size_t> refused_count_{0};
    std::atomic<bool> failed_{false};
};

}  // namespace bridge32::client
