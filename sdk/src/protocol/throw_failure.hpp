// Errors of the peer, as the exceptions that the API promises.
#pragma once

#include "bridge32/internal/protocol/error.hpp"

namespace bridge32::protocol {

/// Throws PluginError, ProtocolError, InvalidArgument or MethodNotFound if `failure` is of that
/// type, else RemoteError.
[[noreturn]] void throw_failure(Failure&& failure);

}  // namespace bridge32::protocol
