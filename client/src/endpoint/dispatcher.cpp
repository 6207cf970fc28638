#include "client/endpoint/dispatcher.hpp"

#include <optional>
#include <utility>

#include "base/times.hpp"
#include "client/endpoint/event_limit.hpp"
#include "os/fork.hpp"

namespace bridge32::client {

/// Shared with the thread, which may be the one that destroys the dispatcher.
struct Dispatcher::State {
    os::OwnerProcess owner;
    std::mutex mutex;
    struct Task {
        std::function<void()> run;
        std::optional<std::size_t> bytes;  // of one that is counted in `limit`
    };
    std::deque<Task> tasks;
    EventLimit limit;
    Source source;
    bool stopping = false;
    int reading = 0;  // threads that are inside source.read
    std::condition_variable not_reading;

    bool take(std::function<void()>& task) {
        const std::lock_guard lock(mutex);
        if (tasks.empty() || stopping) return false;
        task = std::move(tasks.front().run);
        if (const auto bytes = tasks.front().bytes) limit.leave(*bytes);
        tasks.pop_front();
        return true;
    }

    std::size_t waiting() {
        const std::lock_guard lock(mutex);
        return tasks.size();
    }

    /// False when it is stopping.
    bool read(Clock::time_point deadline) {
        {
            const std::lock_guard lock(mutex);
            if (stopping) return false;
            if (!tasks.empty() || !source.read) return true;
            ++reading;
        }
        source.read(deadline);
        const std::lock_guard lock(mutex);
        if (--reading == 0) not_reading.notify_all();
        return !stopping;
    }
};

Dispatcher::Dispatcher(Dispatch dispatch)
    : dispatch_(dispatch), state_(std::make_shared<State>()) {}

Dispatcher::~Dispatcher() { stop(); }

void Dispatcher::set_source(Source source) { state_->source = std::move(source); }

void Dispatcher::start() {
    if (dispatch_ == Dispatch::poll || has_thread()) return;
    const std::lock_guard lock(state_->mutex);
    if (state_->stopping || has_thread()) return;
    thread_ = os::Thread([state = state_] { work(state); }, os::Stack::kForOthers);
    has_thread_.store(true, std::memory_order_release);
}

void Dispatcher::post(std::function<void()> task) {
    {
        const std::lock_guard lock(state_->mutex);
        if (state_->stopping) return;
        state_->tasks.push_back({std::move(task), std::nullopt});
    }
    interrupt_read();
}

bool Dispatcher::post_bounded(std::function<void()> task, std::size_t bytes) {
    {
        const std::lock_guard lock(state_->mutex);
        if (state_->stopping || !state_->limit.enter(bytes)) return false;
        state_->tasks.push_back({std::move(task), bytes});
    }
    interrupt_read();
    return true;
}

void Dispatcher::interrupt_read() {
    if (state_->source.interrupt) state_->source.interrupt();
}

void Dispatcher::work(const std::shared_ptr<State>& state) {
    std::function<void()> task;
    do {
        while (state->take(task)) {
            task();
            if (!state->owner.is_this()) return;  // the only thread of a child that the task made
            task = nullptr;
        }
    } while (state->read(Clock::now() + times::kLongestRead));
}

std::size_t Dispatcher::poll(Clock::time_point deadline) {
    std::size_t count = 0;
    std::function<void()> task;
    const bool limited = Clock::now() < deadline;
    state_->read(Clock::now());
    for (;;) {
        for (std::size_t left = state_->waiting(); left > 0 && state_->take(task); --left) {
            ++count;
            task();
            if (!state_->owner.is_this()) return count;
            task = nullptr;
            if (limited && Clock::now() >= deadline) return count;
        }
        if (count != 0 || Clock::now() >= deadline || !state_->read(deadline)) return count;
    }
}

void Dispatcher::stop() noexcept {
    bool first = false;
    {
        const std::lock_guard lock(state_->mutex);
        first = !std::exchange(state_->stopping, true);
    }
    if (!first) return;
    const bool own = thread_.is_this_thread();
    std::deque<State::Task> dropped;
    {
        std::unique_lock lock(state_->mutex);
        dropped.swap(state_->tasks);
        while (state_->reading != 0) {
            lock.unlock();
            interrupt_read();
            lock.lock();
            state_->not_reading.wait_for(lock, times::kDispatcherStop);
        }
    }
    dropped.clear();
    if (!thread_.joinable()) return;
    if (own) {
        thread_.detach();
    } else {
        thread_.join();
    }
}

}  // namespace bridge32::client
