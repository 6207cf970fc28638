// Ends a private host whose client has died, whatever its main thread is doing.
#pragma once

#include <cstdint>
#include <string>

namespace bridge32::host {

/// Watches the process `client_pid`, whose channel is called `channel`, from a thread that sleeps,
/// until this process ends. When the client dies, the main thread has half a second to shut the
/// plugin down in order; then the process ends. A parent-death signal would end it at once and
/// without the order, and comes when the *thread* that started the host ends, though the client
/// lives on. Throws bridge32::Error when there is no such process.
void start_watchdog(std::uint32_t client_pid, const std::string& channel);

}  // namespace bridge32::host
