#include "client/core/error_type.hpp"

#include <new>

#include "bridge32/codec.hpp"
#include "bridge32/crash.hpp"
#include "bridge32/error.hpp"

namespace bridge32::client {

namespace {
template <class Type>
bool is(const std::exception& error) {
    return dynamic_cast<const Type*>(&error) != nullptr;
}
}  // namespace

std::string error_type(const std::exception& error) {
    if (const auto* const remote = dynamic_cast<const RemoteError*>(&error)) return remote->type();
    if (is<StartupError>(error)) return "StartupError";
    if (is<PluginError>(error)) return "PluginError";
    if (is<TimeoutError>(error)) return "TimeoutError";
    if (is<HostCrashed>(error)) return "HostCrashed";
    if (is<ProtocolError>(error)) return "ProtocolError";
    if (is<ConnectionClosed>(error)) return "ConnectionClosed";
    if (is<CodecError>(error)) return "InvalidArgument";  // a value that cannot be sent
    if (is<std::bad_alloc>(error)) return "std::bad_alloc";
    return "Error";
}

}  // namespace bridge32::client
