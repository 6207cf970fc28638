// Errors of the peer, as the exceptions that the API promises.
#pragma once

#include "bridge32/internal/protocol/error.hpp"

namespace bridge32::protocol {

/// Throws PluginError, ProtocolError, InvalidArgument or MethodNotFound if `failure` is of that
/// type, else RemoteError. It is not marked [[noreturn]]: a function that ends with it then jumps
/// to it, and the exception has a frame less to pass, each of which takes as long as a call.
void throw_failure(Failure&& failure);

}  // namespace bridge32::protocol
