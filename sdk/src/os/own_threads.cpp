#include "os/own_threads.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "os/fork.hpp"
#include "os/thread.hpp"

namespace bridge32::os {

namespace {

struct OwnThreads {
    const OwnerProcess owner;
    std::mutex mutex;
    std::condition_variable started;
    std::size_t starting = 0;
    std::vector<std::uint64_t> numbers;

    void end_start() noexcept {
        --starting;
        started.notify_all();
    }
};

/// Never destroyed: detached threads outlive everything. A child made by fork has none of its
/// parent's threads, and perhaps a lock that one of them held: it begins anew.
OwnThreads& own_threads() {
    static std::atomic<OwnThreads*> current{new OwnThreads};
    OwnThreads* threads = current.load();
    if (threads->owner.is_this()) return *threads;
    auto* const fresh = new OwnThreads;
    if (current.compare_exchange_strong(threads, fresh)) return *fresh;
    delete fresh;
    return *threads;
}

/// Enters the calling thread in the list while it lives, also if the thread is cancelled.
class Entry {
public:
    explicit Entry(OwnThreads& threads) : threads_(&threads), number_(this_thread_number()) {
        const std::lock_guard lock(threads_->mutex);
        threads_->numbers.push_back(number_);  // there is room
        threads_->end_start();
    }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    ~Entry() {
        const std::lock_guard lock(threads_->mutex);
        std::erase(threads_->numbers, number_);
    }

private:
    OwnThreads* threads_;
    std::uint64_t number_;
};

}  // namespace

std::function<void()> listed(std::function<void()> work) {
    OwnThreads& threads = own_threads();
    {
        const std::lock_guard lock(threads.mutex);
        threads.numbers.reserve(threads.numbers.size() + threads.starting + 1);
        ++threads.starting;
    }
    return [work = std::move(work), &threads]() mutable {
        const Entry entry(threads);
        std::exchange(work, nullptr)();  // what it holds ends with it
    };
}

void not_started() noexcept {
    OwnThreads& threads = own_threads();
    const std::lock_guard lock(threads.mutex);
    threads.end_start();
}

bool is_own_thread(std::uint64_t number) {
    OwnThreads& threads = own_threads();
    std::unique_lock lock(threads.mutex);
    threads.started.wait(lock, [&] { return threads.starting == 0; });
    return std::find(threads.numbers.begin(), threads.numbers.end(), number) !=
           threads.numbers.end();
}

}  // namespace bridge32::os
