// How many callbacks and events of a host may wait for the threads that run them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "diagnostics/log.hpp"

namespace bridge32::client {

/// The bound of one queue, whose lock guards it. What is dropped is counted, and the log says so.
class EventLimit {
public:
    EventLimit() = default;
    EventLimit(const EventLimit&) = delete;
    EventLimit& operator=(const EventLimit&) = delete;
    ~EventLimit() {
        if (dropped_ < 2) return;
        say(std::to_string(dropped_) + " events were dropped, because too many waited");
    }

    /// One more event or callback waits, of so many bytes; false if too much waits already.
    bool enter(std::size_t bytes) {
        if (count_ < kMost && bytes_ < kMostBytes) {
            enter_always(bytes);
            return true;
        }
        if (dropped_++ == 0) {
            say("an event was dropped: " + std::to_string(count_) + " of " +
                std::to_string(bytes_) + " bytes wait already for their handlers");
        }
        return false;
    }
    /// The same for one that is not dropped in any case.
    void enter_always(std::size_t bytes) noexcept {
        ++count_;
        bytes_ += bytes;
    }
    /// One that has entered waits no longer.
    void leave(std::size_t bytes) noexcept {
        --count_;
        bytes_ -= bytes;
    }
    std::uint64_t dropped() const noexcept { return dropped_; }

private:
    // As a host keeps for a client that does not read.
    static constexpr std::size_t kMost = 10'000;
    static constexpr std::size_t kMostBytes = 16U << 20;

    static void say(const std::string& text) {
        diagnostics::log(diagnostics::LogLevel::kWarning, text);
    }

    std::size_t count_ = 0;
    std::size_t bytes_ = 0;
    std::uint64_t dropped_ = 0;
};

}  // namespace bridge32::client
