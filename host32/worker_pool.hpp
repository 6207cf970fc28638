// The threads on which plugins that allow it run their calls.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace bridge32::host {

/// A bounded number of threads, started as they are needed. Any thread may call `run`.
class WorkerPool {
public:
    /// At most `threads` tasks run at once.
    explicit WorkerPool(std::size_t threads = default_threads()) : limit_(threads) {}
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;
    /// Waits for all tasks.
    ~WorkerPool();

    /// Runs `task`, which must not throw, soon. Tasks begin in the order in which they came.
    void run(std::function<void()> task);

    /// Two for each processor, 4 to 32: calls that wait for something do not hold up the others.
    static std::size_t default_threads() noexcept;

private:
    void work();

    const std::size_t limit_;
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<std::function<void()>> tasks_;
    std::vector<std::thread> threads_;
    std::size_t idle_ = 0;
    bool ending_ = false;
};

}  // namespace bridge32::host
