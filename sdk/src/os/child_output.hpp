// What a child process prints.
#pragma once

#include <functional>
#include <string_view>

#include "os/process.hpp"

namespace bridge32::os {

enum class Output { kOut, kErr };

/// Reads a child's stdout and stderr and gives them to `sink` as they come, until the child has
/// ended; then what is left in the pipes. It does not wait for others who inherited the pipes
/// (a child's own children). Blocks; meant for a thread of its own.
void read_output_until_exit(const ChildProcess& child,
                            const std::function<void(Output, std::string_view)>& sink);

}  // namespace bridge32::os
