// The callbacks that threads of this host have called and wait for.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "wire/message.hpp"

namespace bridge32::host {

/// One of them. Lives on the stack of the thread that waits.
struct Invocation {
    std::uint64_t id = 0;  ///< its number, from Invocations::begin
    wire::Message reply;   ///< complete once `answered`
    std::atomic<bool> answered{false};
    std::atomic<bool> news{false};  ///< the reply has come, or a request of the callback's
};

/// All of one client's. Any thread; its lock is a leaf.
class Invocations {
public:
    /// Numbers `invocation`, which may be answered from now on. It lives until `end`.
    void begin(Invocation& invocation);
    /// From now on nobody touches `invocation` but its owner.
    void end(Invocation& invocation) noexcept;

    /// True if a thread waits for the callback with this number.
    bool waits(std::uint64_t id) const;
    /// Tells who waits for it that a request of the callback's has come.
    void notify(std::uint64_t id);
    /// Hands the callback's reply to who waits for it; false when nobody does.
    bool answer(wire::Message reply);

private:
    Invocation* find(std::uint64_t id) const noexcept;

    mutable std::mutex mutex_;  // guards all below
    std::vector<Invocation*> waiting_;
    std::uint64_t last_id_ = 0;
};

}  // namespace bridge32::host
