// Whether a host that did not start is of another release.
#pragma once

#include <string>

#include "client/hosts/backend.hpp"
#include "wire/channel.hpp"

namespace bridge32::client {

/// If the host of these options uses another version of the wire protocol: both versions, and what
/// to do. Else nothing. `channel`: what the host has had. Asks the host executable if that does not
/// say, which takes times::kHostAbout at most.
std::string version_problem(const BackendOptions& options, const std::string& host,
                            const wire::Channel& channel);

}  // namespace bridge32::client
