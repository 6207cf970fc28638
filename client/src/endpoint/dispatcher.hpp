// Runs what comes while nobody is inside a call: events, long-lived callbacks, continuations.
//
// Either on a thread of its own, which is started when something is registered that needs it,
// or inside Client::poll.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

#include "base/times.hpp"
#include "bridge32/options.hpp"
#include "os/thread.hpp"

namespace bridge32::client {

/// Any thread. Tasks run one after the other, in the order in which they were posted.
class Dispatcher {
public:
    /// Where tasks come from while there are none: reads what the host sent, and posts it.
    struct Source {
        /// Reads until `deadline` at the latest, or until `interrupt`, or until something came.
        std::function<void(Clock::time_point deadline)> read;
        /// Makes a `read` that is under way on another thread return.
        std::function<void()> interrupt;
    };

    explicit Dispatcher(Dispatch dispatch);
    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;
    ~Dispatcher();

    /// Before anything else. What it refers to outlives `stop`.
    void set_source(Source source);

    /// Sees to it that tasks are run from now on: starts the thread, unless that is for `poll`.
    /// Throws bridge32::Error if there is no thread to be had.
    void start();
    /// Whether tasks will be run without anybody's doing.
    bool has_thread() const noexcept { return has_thread_.load(std::memory_order_acquire); }
    Dispatch dispatch() const noexcept { return dispatch_; }

    /// `task` must not throw.
    void post(std::function<void()> task);
    /// The same for what a host asks for, with so many bytes; false, and dropped, when too much of
    /// that waits.
    bool post_bounded(std::function<void()> task, std::size_t bytes);

    /// Runs what is posted on the calling thread; when there is nothing, reads and waits until
    /// `deadline` for something to come. What is posted meanwhile is for the next time, and so is,
    /// after a `deadline` that was not over at once, what is left. Returns how many tasks it ran.
    std::size_t poll(Clock::time_point deadline);

    /// No task begins after this. Waits for the one that runs, unless that is the caller.
    void stop() noexcept;

private:
    struct State;
    void interrupt_read();
    static void work(const std::shared_ptr<State>& state);

    Dispatch dispatch_;
    std::shared_ptr<State> state_;
    std::atomic<bool> has_thread_{false};
    os::Thread thread_;
};

}  // namespace bridge32::client
