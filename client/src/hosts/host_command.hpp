// The command line and environment of a host, from a client's options.
#pragma once

#include <string>
#include <vector>

#include "client/hosts/backend.hpp"
#include "os/process.hpp"

namespace bridge32::client {

/// A host that finds what the options say, with these arguments first. Throws StartupError when
/// there is no host executable.
os::ProcessOptions host_command(const BackendOptions& options, std::vector<std::string> arguments);

}  // namespace bridge32::client
