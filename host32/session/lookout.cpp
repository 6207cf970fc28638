#include "host32/session/lookout.hpp"

#include <algorithm>
#include <utility>

#include "os/sleep.hpp"

namespace bridge32::host {

namespace {

// A main thread that was sent to sleep too early must be woken, which costs more than a few calls
// through the pool.
constexpr unsigned kCallsAlone = 16;
// Some 20 µs, for a main thread that goes to sleep or has but little to do.
constexpr int kTurnsToTakeOver = 512;

}  // namespace

void Lookout::begin(Duty duty) {
    bed_ = duty.bell.with_mode(wire::WaitMode::kBlock);
    budget_ = wire::SpinBudget(duty.mode);
    alone_ = 0;
    gave_up_.reset();
    duty_ = std::move(duty);
}

void Lookout::end() noexcept {
    while (posted_.load(std::memory_order_acquire))
        os::yield();
    duty_.reset();
}

bool Lookout::post(bool alone) {
    alone_ = alone ? std::min(alone_ + 1, kCallsAlone) : 0;
    if (alone_ < kCallsAlone || !duty_ || posted_.load(std::memory_order_acquire)) return false;
    if (gave_up_) budget_.had_to_sleep(Clock::now() - *gave_up_);
    gave_up_.reset();
    if (budget_.get().count() == 0) return false;
    relieved_ = false;
    posted_.store(true, std::memory_order_relaxed);  // the pool's queue publishes it
    return true;
}

void Lookout::wait(Clock::time_point deadline) {
    if (relieved_ || !posted_.load(std::memory_order_acquire)) {
        duty_->bell.wait(duty_->ready, deadline);
        return;
    }
    reader_.store(Reader::kNobody, std::memory_order_release);
    const bool found = bed_->wait(duty_->ready, deadline);
    wanted_.store(true, std::memory_order_relaxed);
    bool in_a_call = true;
    for (auto expected = Reader::kNobody; !reader_.compare_exchange_weak(
             expected, Reader::kMain, std::memory_order_acquire, std::memory_order_relaxed);
         expected = Reader::kNobody) {
        in_a_call = in_a_call && expected != Reader::kLookout;
        os::yield();
    }
    wanted_.store(false, std::memory_order_relaxed);
    if (found && in_a_call && posted_.load(std::memory_order_acquire)) {
        relieved_ = true;  // calls do not come alone any more
        alone_ = 0;
    }
}

bool Lookout::take_over() noexcept {
    for (int turn = 0; turn < kTurnsToTakeOver; ++turn) {
        auto expected = Reader::kNobody;
        if (!wanted_.load(std::memory_order_relaxed) &&
            reader_.compare_exchange_strong(expected, Reader::kLookout, std::memory_order_acquire,
                                            std::memory_order_relaxed)) {
            if (!std::exchange(covers_, true)) duty_->bell.cover();
            return true;
        }
        os::relax();
    }
    return false;
}

void Lookout::stay() {
    while (take_over()) {
        const auto relieved = [this] { return wanted_.load(std::memory_order_relaxed); };
        const bool found = wire::spin(
            budget_, [&] { return relieved() || duty_->ready(); }, Clock::time_point::max(),
            times::kForever);
        if (relieved()) {  // perhaps not for long
            step_back();
            continue;
        }
        if (found && duty_->serve()) continue;
        if (found) {
            alone_ = 0;
        } else {
            gave_up_ = Clock::now();
        }
        step_back();
        break;
    }
    if (covers_) {
        // The main thread has taken over, and may have gone to sleep since: nobody rang for what
        // was sent meanwhile.
        uncover();
        duty_->bell.wake();
    }
    posted_.store(false, std::memory_order_release);
}

void Lookout::step_back() noexcept {
    // First so that clients ring, then a last look at what came before they did.
    uncover();
    const bool more = duty_->ready();
    reader_.store(Reader::kNobody, std::memory_order_release);
    if (more) duty_->bell.wake();
}

void Lookout::uncover() noexcept {
    covers_ = false;
    duty_->bell.uncover();
}

void Lookout::before_reply() noexcept {
    // Not for a main thread that is awake: it may go to sleep, and would not be woken.
    if (covers_ || reader_.load(std::memory_order_relaxed) != Reader::kNobody) return;
    covers_ = true;
    duty_->bell.cover();
}

}  // namespace bridge32::host
