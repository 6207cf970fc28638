// Starting a host in the background.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace bridge32::host {

/// Starts `host` with `arguments` in a session of its own, so that it outlives this process. When
/// it prints that it is ready, prints that too, and ends this process with exit code 0. If it ends
/// before that, prints the reason and returns the exit code. Throws bridge32::Error when it cannot
/// be started.
int start_detached(const std::filesystem::path& host, std::vector<std::string> arguments);

}  // namespace bridge32::host
