// The threads that run the calls of concurrent plugins.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "os/thread.hpp"

namespace bridge32::host {

/// A bounded number of threads, started when needed. Any thread may call `run`.
class WorkerPool {
public:
    /// At most `threads` tasks run at once, plus one for each owner that would otherwise have none
    /// running: no owner can occupy all threads.
    explicit WorkerPool(std::size_t threads = default_threads()) : limit_(threads) {}
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;
    /// Waits for all tasks.
    ~WorkerPool();

    /// Runs `task`, which must not throw, soon. Tasks of one owner start in order; owners take
    /// turns. `owner` is only compared. If no further thread can be started, those that there are
    /// run it; throws bridge32::Error, and does not run it, if there is none.
    void run(const void* owner, std::function<void()> task);

    /// Two for each processor, 4 to 32, so that calls that wait for something do not block others.
    static std::size_t default_threads() noexcept;

private:
    // Their stacks take address space, which is scarce in a 32-bit process.
    static constexpr std::size_t kMostExtraThreads = 64;

    struct Queue {
        std::deque<std::function<void()>> tasks;
        std::size_t running = 0;
    };
    using Queues = std::map<const void*, Queue>;

    void start_thread();
    void start_what_is_missing();
    void work();
    bool may_begin(const Queue& queue) const noexcept;
    std::size_t startable() const;
    Queues::iterator next_turn();

    const std::size_t limit_;
    std::mutex mutex_;
    std::condition_variable arrived_;
    Queues queues_;                  // of owners with tasks that wait or run
    std::deque<const void*> turns_;  // of owners with tasks that wait, each once
    std::vector<os::Thread> threads_;
    std::size_t waiting_ = 0;  // tasks
    std::size_t running_ = 0;
    std::size_t idle_ = 0;  // threads
    bool ending_ = false;
};

}  // namespace bridge32::host
