// Sleeping until another process wakes us.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

namespace bridge32::os {

/// One place to sleep at, shared by two processes: a 32-bit word in a segment. On Linux the
/// word is a futex; on platforms whose kernel cannot wait on shared memory, `name` is a kernel
/// object's name and the word only avoids needless sleeps.
class SleepingPlace {
public:
    /// `word` lives in a segment that outlives this object. `name` is unique to the word.
    SleepingPlace(std::atomic<std::uint32_t>& word, const std::string& name);

    /// Sleeps while the word still is `seen`, at most `timeout`. May return early.
    void sleep(std::uint32_t seen, std::chrono::nanoseconds timeout) noexcept;

    /// Wakes whoever sleeps. The caller changes the word before.
    void wake() noexcept;

private:
    std::atomic<std::uint32_t>* word_;
};

/// How many processors this process may run on, at least 1.
unsigned usable_processors() noexcept;

/// Lets another process run on this processor, if one waits for it.
void yield() noexcept;

/// Tells the processor that this is a spin loop.
inline void relax() noexcept { __builtin_ia32_pause(); }

}  // namespace bridge32::os
