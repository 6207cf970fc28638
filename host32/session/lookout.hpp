// The thread of the pool that reads, and runs what it reads, while calls of concurrent plugins come
// one at a time.
//
// Handing a call over to another thread, and waking that, takes as long as ten calls. So when such
// calls come alone, the main thread posts the thread that runs one of them as the lookout: from
// then on it reads in the main thread's place, spins like it, and runs the next calls itself. The
// main thread sleeps at its bell meanwhile:
//
//                 wait                       take_over
//       kMain ----------------> kNobody -------------------> kLookout
//         ^     wait, wakes up     ^ |                          |
//         +------------------------|-+        step_back         |
//                                  +----------------------------+
//
// Nothing waits for a call that the lookout runs. It steps back before each; then its clients find
// the main thread asleep, ring, and the main thread serves what they send. Only while the lookout
// looks out, it covers the main thread at the bell, so that nobody rings: a system call for each.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "base/times.hpp"
#include "wire/doorbell.hpp"

namespace bridge32::host {

/// Belongs to a host. At most one thread is the lookout at a time.
class Lookout {
public:
    Lookout() = default;
    Lookout(const Lookout&) = delete;
    Lookout& operator=(const Lookout&) = delete;

    // The main thread.

    /// What there is to look out for. Both functions are called by whoever reads.
    struct Duty {
        wire::Doorbell bell;          ///< where the main thread sleeps
        wire::WaitMode mode;          ///< how long the lookout spins
        std::function<bool()> ready;  ///< is there anything to do? Cheap; also while another reads
        /// Takes the next message. If it is a call of a concurrent plugin, steps back and runs it;
        /// else returns false, and the main thread does what is to be done.
        std::function<bool()> serve;
        std::shared_ptr<const void> memory;  ///< that the bell is in
    };
    void begin(Duty duty);
    /// Returns when nobody is the lookout any longer; its call must be over. Nobody is posted until
    /// the next `begin`.
    void end() noexcept;

    /// The next call goes to the pool; `alone`: no other of its client's runs. True if the thread
    /// that runs it must `stay` afterwards.
    bool post(bool alone);
    /// The thread could not be had.
    void take_back() noexcept { posted_.store(false, std::memory_order_release); }
    /// A message has come that a lookout would have to leave to the main thread.
    void interrupted() noexcept { alone_ = 0; }
    /// Waits until the duty is `ready`, or `deadline`.
    void wait(Clock::time_point deadline);

    // The lookout.

    /// After the call with which it was posted: reads and serves while calls keep coming.
    void stay();
    /// Before it runs a call, or leaves.
    void step_back() noexcept;
    /// Its call is about to be answered, and soon over: the client's next message needs no bell.
    void before_reply() noexcept;
    /// Wakes the main thread.
    void wake() noexcept { duty_->bell.wake(); }

private:
    enum class Reader : std::uint8_t { kMain, kNobody, kLookout };

    bool take_over() noexcept;
    void uncover() noexcept;

    std::optional<Duty> duty_;
    std::optional<wire::Doorbell> bed_;  // the same bell, without spinning

    // Acquire and release: a reader sees everything that the last reader did, also to the sessions.
    std::atomic<Reader> reader_{Reader::kMain};
    // The main thread is awake and waits for its turn, which no foreign code delays.
    std::atomic<bool> wanted_{false};
    // Somebody is the lookout. Released last: then it touches nothing of the host any more.
    std::atomic<bool> posted_{false};

    // Of whoever reads:
    unsigned alone_ = 0;  // calls that came alone, in a row
    wire::SpinBudget budget_{wire::WaitMode::kBlock};
    std::optional<Clock::time_point> gave_up_;  // the last lookout, for want of calls

    bool relieved_ = false;  // main thread: the lookout is not to read any more
    bool covers_ = false;    // lookout: the main thread, at the bell
};

}  // namespace bridge32::host
