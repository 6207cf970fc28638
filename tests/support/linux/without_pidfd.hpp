// A kernel without pidfd, for the threads that want one.
#pragma once

namespace bridge32::test {

/// From now on, pidfd_open and pidfd_send_signal do not exist for this thread, the threads that it
/// makes, and their child processes. False when this system does not let us pretend.
bool pretend_no_pidfd() noexcept;

}  // namespace bridge32::test
