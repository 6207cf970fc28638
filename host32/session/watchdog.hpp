// Ends a private host whose client has died, whatever its main thread is doing.
#pragma once

#include <cstdint>
#include <functional>

namespace bridge32::host {

/// Starts a thread that waits for the end of the process `client_pid` (0: of one that this process
/// does not see), or until `gone()`: then it has let go of the host, as by exec. Then the main
/// thread has half a second to shut the plugin down in order; after that the process ends. A
/// parent-death signal would leave no time for that, and is sent when the *thread* that started the
/// host ends, even if the client lives on. Throws bridge32::Error if there is no such process, or
/// no thread to be had.
void start_watchdog(std::uint32_t client_pid, std::function<bool()> gone);

}  // namespace bridge32::host
