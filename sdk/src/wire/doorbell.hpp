// Waiting for the other process: spin briefly, then sleep.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>

#include "os/sleep.hpp"
#include "wire/layout.hpp"
#include "wire/spin.hpp"

namespace bridge32::wire {

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

    /// Wakes the owner if it sleeps. Call this after publishing work. Costs a fence and a load
    /// while the owner is awake.
    void ring() noexcept {
        std::atomic_thread_fence(std::memory_order_seq_cst);  // publish before looking
        if (words_->sleeping.load(std::memory_order_relaxed) != 0) wake();
    }

    /// Wakes the owner unconditionally.
    void wake() noexcept {
        words_->sequence.fetch_add(1);
        place_.wake();
    }

    /// The calling thread looks for work in the place of one sleeper, for whom nobody rings then;
    /// until `uncover`. After that it looks once more: what was published before was not rung for.
    /// The sleeper need not sleep yet, or any more: a peer that sees a count other than 0 then
    /// rings for nothing.
    void cover() noexcept { words_->sleeping.fetch_sub(1); }
    void uncover() noexcept {
        words_->sleeping.fetch_add(1);
        std::atomic_thread_fence(std::memory_order_seq_cst);  // say so before looking again
    }

    /// Waits until `ready()`, or `deadline`, or for `longest`; returns what `ready()` said last.
    /// `ready` is called many times and must be cheap.
    template <class Ready>
    bool wait(const Ready& ready, Clock::time_point deadline,
              Clock::duration longest = times::kForever) {
        if (ready()) return true;
        if (spin(budget_, ready, deadline, longest)) return true;
        const auto start = Clock::now();
        const bool found = sleep_until(ready, std::min(deadline, start + longest));
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

    DoorbellWords* words_;
    os::SleepingPlace place_;
    SpinBudget budget_;
};

}  // namespace bridge32::wire
