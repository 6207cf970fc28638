// Starting a host that outlives whoever started it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace bridge32::host {

/// Starts `host` with `arguments` as a process of nobody's. When it says that it is ready, prints
/// what it said, and ends this process with exit code 0. Returns the exit code, after printing
/// the reason, when it ended before that. Throws bridge32::Error when it cannot be started.
int start_detached(const std::filesystem::path& host, std::vector<std::string> arguments);

}  // namespace bridge32::host
