// Sleeping until another process wakes this one.
#pragma once

#include <immintrin.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace bridge32::os {

/// One place to sleep at, shared by two processes: 32-bit words in a segment. On Linux `word` is
/// a futex. Windows cannot wait on memory that processes share: there each sleeper has a named
/// event, NAME-0 to NAME-31, and its bit in `events` says so. Copies are the same place.
class SleepingPlace {
public:
    /// The words live in a segment that outlives this object. `name` is unique to them.
    SleepingPlace(std::atomic<std::uint32_t>& word, std::atomic<std::uint32_t>& events,
                  const std::string& name);

    /// Sleeps while the word still is `seen`, at most `timeout`. May return early.
    void sleep(std::uint32_t seen, std::chrono::nanoseconds timeout) noexcept;

    /// Wakes the sleepers. The caller changes the word first.
    void wake() noexcept;

private:
    struct Events;  // Windows: the handles of the events

    std::atomic<std::uint32_t>* word_;
    std::atomic<std::uint32_t>* events_;
    std::shared_ptr<Events> handles_;
};

/// The number of processors this process may run on, at least 1.
unsigned usable_processors() noexcept;

/// Yields this processor to a waiting process.
void yield() noexcept;

/// Tells the processor that this is a spin loop.
inline void relax() noexcept { _mm_pause(); }

/// Tells the processor that the memory is about to be read.
inline void prefetch(const void* memory) noexcept {
    _mm_prefetch(static_cast<const char*>(memory), _MM_HINT_T0);
}

}  // namespace bridge32::os
