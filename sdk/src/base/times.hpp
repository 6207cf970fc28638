// All of bridge32's durations (waits, spins, polls, timeouts) in one table, and deadlines.
//
// Options of the public API (startup_timeout, shutdown_timeout, call_timeout, restart_delay) have
// their defaults in bridge32/options.hpp. sdk/ARCHITECTURE.md explains how the times fit together.
#pragma once

#include <algorithm>
#include <chrono>

namespace bridge32 {

using Clock = std::chrono::steady_clock;

namespace times {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

// [times]
// Spinning before sleeping (wire/spin.hpp).
inline constexpr nanoseconds kLongestSpin{100'000};  ///< while spinning keeps succeeding
inline constexpr nanoseconds kShortestSpin{5'000};   ///< after it has failed again and again
inline constexpr nanoseconds kTwoSwitches{1'200};    ///< a yield to the peer and back takes longer
inline constexpr nanoseconds kOthersTurn{50'000};    ///< a longer yield went to another process
inline constexpr microseconds kFollowerYield{2};     ///< where a follower's spin budget begins

// Sleeping (os/sleep.hpp, wire/doorbell.hpp).
inline constexpr hours kForever{24 * 365};             ///< limits that are longer have no end
inline constexpr milliseconds kLongestWait{3600'000};  ///< of one system call, which takes an int
inline constexpr milliseconds kSleepWithoutEvent{1};   ///< Windows: while all events are taken

// Looking whether the other process is alive.
inline constexpr milliseconds kPeerLook{50};        ///< by a thread that waits for the peer
inline constexpr milliseconds kCancelledLook{20};   ///< by a running method that polls cancelled()
inline constexpr milliseconds kProcessPoll{50};     ///< of a process without a pidfd; of a debugger
inline constexpr milliseconds kWatchdogLook{250};   ///< by the watchdog, at the link to the client
inline constexpr milliseconds kWatchdogGrace{500};  ///< between the client's death and the host's

// The client's threads (client/src/endpoint).
inline constexpr milliseconds kBusyLook{2};         ///< of a follower that is not woken
inline constexpr microseconds kBusyWait{200};       ///< after which a busy endpoint is idle again
inline constexpr milliseconds kDispatcherPause{2};  ///< while callers read the ring
inline constexpr milliseconds kLongestRead{100};    ///< bound on one turn of the dispatcher
inline constexpr milliseconds kDispatcherStop{1};   ///< between interruptions of one that stops

// A Future from `then` (client/src/core/promise.cpp).
inline constexpr milliseconds kPromisePoll{10};  ///< of one wait that runs events (dispatch = poll)
inline constexpr milliseconds kPromiseLook{1000};  ///< whether it must run events now

// Shared memory (sdk/src/wire/arena.cpp).
inline constexpr milliseconds kIdleSegment{2000};  ///< after which memory that nobody uses goes

// A full ring.
inline constexpr milliseconds kRoomLook{1};         ///< how often a sender looks for room
inline constexpr microseconds kRoomPause{50};       ///< while another thread reads
inline constexpr milliseconds kCancelPatience{20};  ///< of a cancellation for its turn to be sent

// The host's main loop (host32/session).
inline constexpr milliseconds kHostTick{100};     ///< how often a sleeping host looks after clients
inline constexpr milliseconds kBlockedTick{1};    ///< while a client does not read its replies
inline constexpr milliseconds kStopLook{250};     ///< at requests to stop
inline constexpr milliseconds kCrashReport{400};  ///< for the report; then the process ends
inline constexpr milliseconds kOthersReport{2000};     ///< for the report of another thread
inline constexpr milliseconds kLibrarysHandler{2000};  ///< for a library's handler of a crash

// Starting, connecting and ending (client/src/hosts).
inline constexpr milliseconds kConnectRetry{10};
inline constexpr milliseconds kHostReady{500};        ///< from a host's name to its control segment
inline constexpr hours kForDebugger{24};              ///< to start, if a debugger is wanted
inline constexpr milliseconds kSlotLook{500};         ///< that the host will still find our channel
inline constexpr milliseconds kFarewell{1000};        ///< for the request to close
inline constexpr milliseconds kCrashedHostEnd{1000};  ///< from a crash to the end of the process
inline constexpr milliseconds kHostAbout{2000};       ///< for a host to say what it is
inline constexpr milliseconds kIntroduction{2000};    ///< for the first message of a new link
inline constexpr milliseconds kClaimLife{500};        ///< of a claimed control slot before its post
inline constexpr milliseconds kConsoleEnd{5000};      ///< what Windows grants after a console event
inline constexpr seconds kKillWait{5};                ///< for a killed process to be gone
inline constexpr seconds kKilledHostEnd{10};          ///< for that, and for the rest of its output
inline constexpr milliseconds kLockRetry{10};         ///< between tries to lock a file

// The trace (diagnostics/trace.hpp).
inline constexpr milliseconds kTraceFlush{100};
inline constexpr milliseconds kTracePatience{
    2000};  ///< for the turn to write; then events are lost

// [times end]
}  // namespace times

/// `limit` from now; now, if it is negative. A limit of years has no end, because adding it to the
/// clock would overflow.
inline Clock::time_point deadline_after(std::chrono::milliseconds limit) {
    if (limit > times::kForever) return Clock::time_point::max();
    return Clock::now() + std::max(limit, std::chrono::milliseconds(0));
}

/// How long one system call may wait until the deadline; 0 if it has passed.
inline std::chrono::milliseconds next_wait(Clock::time_point deadline) {
    const auto left = deadline - Clock::now();
    if (left >= times::kLongestWait) return times::kLongestWait;
    return std::max(std::chrono::ceil<std::chrono::milliseconds>(left),
                    std::chrono::milliseconds(0));
}

}  // namespace bridge32
