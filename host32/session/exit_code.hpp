// The exit codes of the host.
#pragma once

namespace bridge32::host {

// 0: it has served its client, or was told to end. A crash of a plugin ends the host with the
// signal or exception itself (host32/crash), and what a plugin passes to exit() stays as it is.
inline constexpr int kExitFailed = 1;       ///< it could not start; it printed the reason
inline constexpr int kExitWrongUsage = 2;   ///< of the command line
inline constexpr int kExitOrphaned = 3;     ///< the client of this private host has died
inline constexpr int kExitStopTimeout = 4;  ///< a requested stop took longer than --stop-timeout

}  // namespace bridge32::host
