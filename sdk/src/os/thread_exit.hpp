// Actions at the end of a thread.
#pragma once

namespace bridge32::os {

/// Calls `destroy(object)` when the calling thread ends. For what a thread_local object's
/// destructor would do: with MinGW that runs when the objects' memory is already gone.
void at_thread_exit(void (*destroy)(void*) noexcept, void* object);

}  // namespace bridge32::os
