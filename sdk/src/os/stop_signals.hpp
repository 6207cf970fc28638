// Requests from outside to stop.
#pragma once

#include <string>

namespace bridge32::os {

/// Who decides when this process ends.
enum class EndedBy {
    kItsUsers,   ///< whoever runs it, also by Ctrl+C (SIGINT)
    kItsClient,  ///< another process in the same terminal, which Ctrl+C reaches as well
};

/// From now on `stop` is called when this process is asked to end: on Linux by SIGTERM, on Windows
/// by Ctrl+Break, or when its console is closed or the user logs off. `stop` may do only what a
/// signal handler may. With kItsUsers, SIGINT stops as well; SIGHUP stops a process that prints to
/// a terminal, which is closed then, and for any other reopens the files that stdout and stderr go
/// to, so that a log can be rotated; under nohup it stays ignored. With kItsClient, both are
/// ignored. Writing into a pipe that nobody reads, or beyond `ulimit -f`, is an error and no longer
/// a signal.
void on_stop_signals(EndedBy who, void (*stop)());

/// Sets again what on_stop_signals has set and a library has changed, and says who did, for the
/// log; empty if none has. Nothing on Windows, where handlers do not replace each other.
std::string take_back_stop_signals();

}  // namespace bridge32::os
