// The callbacks that threads of this host have called and wait for.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "wire/message.hpp"

namespace bridge32::host {

/// One of them. Not on the stack of the thread that waits: a library may jump out of its frames by
/// longjmp, and the client's answer may come later.
struct Invocation {
    const std::uint64_t id;
    const std::thread::id thread;  ///< that waits
    const void* const frame;       ///< where it does, on its stack
    wire::Message nested = {};     ///< the callback's request that the thread serves
    wire::Message reply = {};      ///< complete once `answered`
    std::atomic<bool> answered{false};
    std::atomic<bool> news{false};  ///< the reply has come, or a request of the callback's
};

/// All of one client's. Any thread; its lock is a leaf.
class Invocations {
public:
    /// A new one of this thread, which may be answered from now on.
    Invocation& begin(const void* frame);
    /// Nobody touches it any more but the caller.
    std::unique_ptr<Invocation> end(Invocation& invocation) noexcept;

    /// The number of the last one that was begun.
    std::uint64_t last_id() const noexcept { return last_id_.load(std::memory_order_relaxed); }
    /// True if any is waited for. Cheap.
    bool any() const noexcept { return count_.load(std::memory_order_relaxed) != 0; }
    /// The last one that this thread has begun after `id`, in a frame not above `frame`; or null.
    Invocation* last_after(std::uint64_t id, const void* frame) const;

    /// True if a thread waits for the callback with this number.
    bool waits(std::uint64_t id) const;
    /// Wakes the thread that waits for it: a request of the callback's has come.
    void notify(std::uint64_t id);
    /// Hands the callback's reply to the thread that waits for it; false if there is none.
    bool answer(wire::Message reply);

private:
    Invocation* find(std::uint64_t id) const noexcept;

    mutable std::mutex mutex_;  // guards all below
    std::vector<std::unique_ptr<Invocation>> waiting_;
    std::atomic<std::uint64_t> last_id_{0};
    std::atomic<std::size_t> count_{0};
};

}  // namespace bridge32::host
