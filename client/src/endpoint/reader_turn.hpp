// Whose turn it is to read the ring: a state machine without a clock, a thread or a channel in it.
//
// One word holds all of it, so that every step is one atomic operation and sees all the others.
// tests/unit/client/endpoint/reader_turn_test.cpp enumerates the interleavings of threads over
// these steps.
#pragma once

#include <atomic>
#include <cstdint>

namespace bridge32::client {

/// Any thread may call any function. A thread that takes the turn reads alone until it releases the
/// turn. The dispatcher only borrows the turn while it waits for something to read: another thread
/// may take it meanwhile.
class ReaderTurn {
public:
    using Word = std::uint32_t;

    ReaderTurn() = default;
    /// In the state of another one, for tests.
    explicit ReaderTurn(Word state) noexcept : state_(state) {}
    Word state() const noexcept { return state_.load(); }

    /// True if the caller has the turn now: no other thread had it, or only the dispatcher,
    /// waiting.
    bool try_take() noexcept {
        Word seen = state_.load(std::memory_order_relaxed);
        while ((seen & kTaken) == 0) {
            if (state_.compare_exchange_weak(seen, (seen & ~kBorrowed) | kTaken)) return true;
        }
        return false;
    }

    /// Gives the turn back. True if a thread sleeps or is about to: one must be woken to read.
    bool release() noexcept { return state_.fetch_sub(kTaken) >= kSleeper; }

    /// For the dispatcher: true if no thread had the turn. `take_borrowed` follows.
    bool try_borrow() noexcept {
        Word seen = state_.load(std::memory_order_relaxed);
        while ((seen & (kTaken | kBorrowed)) == 0) {
            if (state_.compare_exchange_weak(seen, seen | kBorrowed)) return true;
        }
        return false;
    }
    /// For the dispatcher after its wait: true if it may read, false if another thread has taken
    /// the turn.
    bool take_borrowed() noexcept {
        Word seen = state_.load(std::memory_order_relaxed);
        while ((seen & kBorrowed) != 0) {
            if (state_.compare_exchange_weak(seen, (seen & ~kBorrowed) | kTaken)) return true;
        }
        return false;
    }

    /// Does a thread read? Cheap, for spinning on.
    bool is_taken() const noexcept {
        return (state_.load(std::memory_order_acquire) & kTaken) != 0;
    }

    /// The caller is about to sleep. False if no thread reads: none would wake the caller, so it
    /// must not sleep. `end_sleep` follows in both cases.
    bool begin_sleep() noexcept { return (state_.fetch_add(kSleeper) & kTaken) != 0; }
    void end_sleep() noexcept { state_.fetch_sub(kSleeper); }
    /// Does a thread sleep, or is it about to?
    bool anyone_sleeps() const noexcept {
        return state_.load(std::memory_order_relaxed) >= kSleeper;
    }

private:
    static constexpr Word kTaken = 1;     ///< by a thread that reads
    static constexpr Word kBorrowed = 2;  ///< by the dispatcher; never with kTaken
    static constexpr Word kSleeper = 4;   ///< for each thread that sleeps

    std::atomic<Word> state_{0};
};

}  // namespace bridge32::client
