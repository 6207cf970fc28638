// What the Linux files of this folder share about handles to processes.
#pragma once

#include <chrono>

#include "os/process.hpp"

namespace bridge32::os {

/// Kernels before 5.3, and valgrind, have no pidfd. There a handle is the process's folder in
/// /proc: it stays that process's, and reading in it fails once the process is gone. But nobody
/// wakes who waits for it: see times::kProcessPoll.
bool is_pidfd(NativeHandle native) noexcept;

}  // namespace bridge32::os
