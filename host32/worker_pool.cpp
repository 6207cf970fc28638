#include "worker_pool.hpp"

#include <algorithm>
#include <utility>

#include "crash_handler.hpp"

namespace bridge32::host {

std::size_t WorkerPool::default_threads() noexcept {
    return std::clamp<std::size_t>(2 * std::size_t{std::thread::hardware_concurrency()}, 4, 32);
}

WorkerPool::~WorkerPool() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    arrived_.notify_all();
    for (auto& thread : threads_)
        thread.join();
}

void WorkerPool::run(std::function<void()> task) {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    if (idle_ < tasks_.size() && threads_.size() < limit_) {
        threads_.emplace_back([this] { work(); });
    }
    arrived_.notify_one();
}

void WorkerPool::work() {
    const CrashStack crash_stack;
    std::unique_lock lock(mutex_);
    for (;;) {
        ++idle_;
        arrived_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
        --idle_;
        if (tasks_.empty()) return;
        const auto task = std::move(tasks_.front());
        tasks_.pop_front();
        lock.unlock();
        task();
        lock.lock();
    }
}

}  // namespace bridge32::host
