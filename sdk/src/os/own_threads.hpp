// Which threads are our own: what else runs in this process belongs to the program, a plugin or a
// library.
#pragma once

#include <functional>

namespace bridge32::os {

/// `work` as a new thread runs it: entered in the list of our threads meanwhile. The thread counts
/// as starting from the call of `listed` on; call `not_started` if there will be none.
std::function<void()> listed(std::function<void()> work);
void not_started() noexcept;

}  // namespace bridge32::os
