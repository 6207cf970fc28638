// Waiting for the other process: spin for a while, then sleep.
#pragma once

#include <atomic>
#include <chrono>
#include <string>

#include "os/sleep.hpp"
#include "wire/layout.hpp"

namespace bridge32::wire {

using Clock = std::chrono::steady_clock;

/// How long to spin before sleeping. A spinning wait answers in a fraction of a microsecond, a
/// sleeping one in tens of them, so a caller in a loop must find its peer spinning; an idle
/// process must not. In the adaptive mode the budget shrinks while spinning keeps failing.
class SpinBudget {
public:
    static constexpr std::chrono::nanoseconds kLongest{100'000};
    static constexpr std::chrono::nanoseconds kShortest{5'000};

    explicit SpinBudget(WaitMode mode) noexcept;

    std::chrono::nanoseconds get() const noexcept { return budget_; }
    void found_while_spinning() noexcept;
    /// The spin failed, and the sleep after it took `slept`.
    void had_to_sleep(std::chrono::nanoseconds slept) noexcept;

private:
    WaitMode mode_;
    std::chrono::nanoseconds budget_;
    unsigned failures_ = 0;
};

/// One side's bell: its owner waits, its peer rings. One thread waits at an object at a time;
/// several threads of the owner may wait at objects of their own over the same words, and all of
/// them wake. Any number may ring.
class Doorbell {
public:
    /// `words` lie in a segment that outlives this object; `name` is unique to them.
    Doorbell(DoorbellWords& words, const std::string& name, WaitMode mode)
        : words_(&words), place_(words.sequence, words.events, name), budget_(mode) {}

    /// The same bell for a thread that waits in another way.
    Doorbell with_mode(WaitMode mode) const {
        Doorbell other = *this;
        other.budget_ = SpinBudget(mode);
        return other;
    }

    /// Wakes the owner when it sleeps. Call it after publishing work. Costs a fence and a load
    /// while the owner is awake.
    void ring() noexcept {
        std::atomic_thread_fence(std::memory_order_seq_cst);  // publish before looking
        if (words_->sleeping.load(std::memory_order_relaxed) != 0) wake();
    }

    /// Wakes the owner, whatever it does.
    void wake() noexcept {
        words_->sequence.fetch_add(1);
        place_.wake();
    }

    /// Waits until `ready()` or `deadline`; returns what `ready()` said last. `ready` is called
    /// many times and must be cheap.
    template <class Ready>
    bool wait(const Ready& ready, Clock::time_point deadline) {
        if (ready()) return true;
        if (spin(ready, deadline)) return true;
        const auto start = Clock::now();
        const bool found = sleep_until(ready, deadline);
        budget_.had_to_sleep(Clock::now() - start);
        return found;
    }

private:
    /// One more sleeper, also while `ready` throws.
    class Sleeper {
    public:
        explicit Sleeper(Word& sleeping) noexcept : sleeping_(sleeping) { sleeping_.fetch_add(1); }
        Sleeper(const Sleeper&) = delete;
        Sleeper& operator=(const Sleeper&) = delete;
        ~Sleeper() { sleeping_.fetch_sub(1); }

    private:
        Word& sleeping_;
    };

    template <class Ready>
    bool sleep_until(const Ready& ready, Clock::time_point deadline) {
        const Sleeper sleeper(words_->sleeping);
        std::atomic_thread_fence(std::memory_order_seq_cst);  // say so before looking again
        for (;;) {
            const std::uint32_t seen = words_->sequence.load();
            if (ready()) return true;
            const auto left = deadline - Clock::now();
            if (left.count() <= 0) return false;
            place_.sleep(seen, left);
        }
    }

    template <class Ready>
    bool spin(const Ready& ready, Clock::time_point deadline) {
        const auto budget = budget_.get();
        if (budget.count() == 0) return false;
        const auto start = Clock::now();
        const auto end = deadline - start < budget ? deadline : start + budget;
        for (auto now = start; now < end; now = Clock::now()) {
            for (int turn = 0; turn < 32; ++turn) {
                os::relax();
                if (ready()) {
                    budget_.found_while_spinning();
                    return true;
                }
            }
            // The peer may be waiting for the very processor that we spin on.
            if (now - start > kPureSpin) os::yield();
        }
        return false;
    }

    static constexpr std::chrono::nanoseconds kPureSpin{5'000};

    DoorbellWords* words_;
    os::SleepingPlace place_;
    SpinBudget budget_;
};

}  // namespace bridge32::wire
