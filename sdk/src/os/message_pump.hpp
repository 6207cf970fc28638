// Threads that dispatch window messages while they wait, as COM requires of some on Windows.
#pragma once

namespace bridge32::os {

/// Makes this thread a single-threaded COM apartment for the rest of its life: from now on it
/// dispatches window messages wherever SleepingPlace sleeps. A second call has no effect, and on
/// Linux none has. Throws bridge32::Error when the thread is in another kind of apartment.
void enter_apartment();

/// Dispatches the messages that have come, if this thread has entered an apartment. Cheap
/// otherwise. For threads that are too busy to sleep.
void pump_messages() noexcept;

/// For the Windows files of this folder: waits for the kernel object `handle`, at most so long; a
/// thread in an apartment dispatches messages meanwhile, and returns early when one has come.
void wait_pumping(void* handle, unsigned long milliseconds) noexcept;

}  // namespace bridge32::os
