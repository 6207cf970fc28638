// Waiting of a thread that may have to dispatch window messages.
#pragma once

namespace bridge32::os {

/// Waits for the kernel object `handle`, at most so long; a thread in an apartment dispatches
/// messages meanwhile, and returns early when one has come.
void wait_pumping(void* handle, unsigned long milliseconds) noexcept;

}  // namespace bridge32::os
