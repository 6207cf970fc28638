// Requests from outside to stop.
#pragma once

namespace bridge32::os {

/// From now on `stop` is called when this process is asked to end: on Linux by SIGTERM, on Windows
/// by Ctrl+Break, or when its console is closed or the user logs off. Ctrl+C (SIGINT) does the same
/// if `interrupts` is set, and otherwise nothing. `stop` may do only what a signal handler may.
/// Writing into a pipe that nobody reads is an error and no longer a signal.
void on_stop_signals(bool interrupts, void (*stop)());

}  // namespace bridge32::os
