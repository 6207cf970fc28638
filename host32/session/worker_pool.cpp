#include "host32/session/worker_pool.hpp"

#include <algorithm>
#include <exception>
#include <string>
#include <thread>
#include <utility>

#include "diagnostics/log.hpp"
#include "host32/crash/crash_handler.hpp"

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
    for (std::unique_lock lock(mutex_); !threads_.empty(); lock.lock()) {
        os::Thread thread = std::move(threads_.back());  // those that run may start another one
        threads_.pop_back();
        lock.unlock();
        thread.join();
    }
}

void WorkerPool::run(const void* owner, std::function<void()> task) {
    const std::lock_guard lock(mutex_);
    if (threads_.empty()) start_thread();  // the first one, or an error
    Queue& queue = queues_[owner];
    if (queue.tasks.empty()) turns_.push_back(owner);
    queue.tasks.push_back(std::move(task));
    ++waiting_;
    start_what_is_missing();
    arrived_.notify_one();
}

/// A thread for each task that may begin and for which none is idle. Asked again when a task has
/// begun: an idle thread that was to run it may have been counted for a task behind it as well.
void WorkerPool::start_what_is_missing() {
    if (idle_ >= startable() || threads_.size() >= limit_ + kMostExtraThreads) return;
    try {
        start_thread();
    } catch (const std::exception& e) {  // also of no memory: a thread of the pool asks, too
        diagnostics::log(diagnostics::LogLevel::kWarning,
                         std::string(e.what()) + "; calls wait for the " +
                             std::to_string(threads_.size()) + " threads that there are");
    }
}

void WorkerPool::start_thread() {
    // Plugins may start threads and programs there, and rely on signals.
    threads_.emplace_back([this] { work(); }, os::Stack::kForOthers, os::Signals::kAsCaller);
}

bool WorkerPool::may_begin(const Queue& queue) const noexcept {
    return running_ < limit_ || queue.running == 0;
}

/// How many of the tasks that wait may begin now.
std::size_t WorkerPool::startable() const {
    if (running_ < limit_) return std::min(waiting_, limit_ - running_);
    return static_cast<std::size_t>(std::count_if(
        turns_.begin(), turns_.end(),
        [this](const void* owner) { return queues_.find(owner)->second.running == 0; }));
}

/// The queue of the owner whose turn it is; the end when none may begin a task now.
WorkerPool::Queues::iterator WorkerPool::next_turn() {
    for (auto turn = turns_.begin(); turn != turns_.end(); ++turn) {
        const auto queue = queues_.find(*turn);
        if (!may_begin(queue->second)) continue;
        turns_.erase(turn);
        return queue;
    }
    return queues_.end();
}

void WorkerPool::work() {
    const CrashStack crash_stack;
    std::unique_lock lock(mutex_);
    for (;;) {
        ++idle_;
        auto queue = queues_.end();
        arrived_.wait(lock, [&] {
            queue = next_turn();
            return queue != queues_.end() || (ending_ && waiting_ == 0);
        });
        --idle_;
        if (queue == queues_.end()) return;
        const void* const owner = queue->first;
        const auto task = std::move(queue->second.tasks.front());
        queue->second.tasks.pop_front();
        if (!queue->second.tasks.empty()) turns_.push_back(owner);
        ++queue->second.running;
        ++running_;
        --waiting_;
        start_what_is_missing();
        lock.unlock();
        task();
        lock.lock();
        --running_;
        queue = queues_.find(owner);
        if (--queue->second.running == 0 && queue->second.tasks.empty()) queues_.erase(queue);
        // What waited because of this task, or for the end, may go on now.
        if (waiting_ != 0 || ending_) arrived_.notify_all();
    }
}

}  // namespace bridge32::host
