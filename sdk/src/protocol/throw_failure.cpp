#include "protocol/throw_failure.hpp"

#include <utility>

namespace bridge32::protocol {

void throw_failure(Failure&& failure) {
    auto& [type, message, where, thrown] = failure;
    if (type == "PluginError") throw PluginError(message);
    if (type == "ProtocolError") throw ProtocolError(message);
    if (type == "InvalidArgument") throw InvalidArgument(std::move(message), std::move(where));
    if (type == "MethodNotFound") throw MethodNotFound(std::move(message), std::move(where));
    throw RemoteError(std::move(type), std::move(message), std::move(where));
}

}  // namespace bridge32::protocol
