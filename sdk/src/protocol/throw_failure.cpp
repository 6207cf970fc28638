#include "protocol/throw_failure.hpp"

namespace bridge32::protocol {

void throw_failure(const Failure& failure) {
    const auto& [type, message, where, thrown] = failure;
    if (type == "PluginError") throw PluginError(message);
    if (type == "ProtocolError") throw ProtocolError(message);
    if (type == "InvalidArgument") throw InvalidArgument(message, where);
    if (type == "MethodNotFound") throw MethodNotFound(message, where);
    throw RemoteError(type, message, where);
}

}  // namespace bridge32::protocol
