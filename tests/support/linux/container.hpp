// A container whose filter of system calls is older than the kernel.
#pragma once

namespace bridge32::test {

/// From now on this thread, the threads that it makes, and their child processes get EPERM from
/// pidfd_open, pidfd_send_signal, pidfd_getfd, close_range, memfd_create, all other system calls
/// since Linux 5.1, and madvise(MADV_WIPEONFORK); but ENOSYS from clone3, without which the C
/// library makes no threads. False when this system does not let us pretend.
bool pretend_container() noexcept;

}  // namespace bridge32::test
