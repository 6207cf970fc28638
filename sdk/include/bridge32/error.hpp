// The errors of bridge32. Each says what was attempted, on what, and what to do.
//
// Both sides use the same types: a plugin can throw PluginError from its constructor or
// InvalidArgument from a method, and the client rethrows that type. HostCrashed, which only clients
// throw, is in <bridge32/crash.hpp>.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace bridge32 {

/// The base of all errors that bridge32 throws. `what()` is a message for people.
class Error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The host could not start or did not answer in time.
class StartupError : public Error {
public:
    /// `output`: what the host printed.
    explicit StartupError(const std::string& message, std::string output = {})
        : Error(message), output_(std::move(output)) {}

    /// What the host printed to stdout and stderr until then.
    const std::string& output() const noexcept { return output_; }

private:
    std::string output_;
};

/// The plugin was not found, is not a plugin or has the wrong ABI version, its constructor threw,
/// or the library cannot be loaded. `what()` names the file and the reason.
class PluginError : public Error {
public:
    using Error::Error;
};

/// The method threw, the plugin has no such method or property, or the arguments do not fit.
class RemoteError : public Error {
public:
    /// `type`: the exception's type on the other side, demangled. `message`: its text. `where`:
    /// `plugin.method`, empty if unknown.
    RemoteError(std::string type, std::string message, std::string where)
        : Error(where.empty() ? type + ": " + message : where + ": " + type + ": " + message),
          type_(std::move(type)),
          message_(std::move(message)),
          where_(std::move(where)) {}

    /// @{
    /// As they were given.
    const std::string& type() const noexcept { return type_; }
    const std::string& message() const noexcept { return message_; }
    const std::string& where() const noexcept { return where_; }
    /// @}

private:
    std::string type_;
    std::string message_;
    std::string where_;
};

/// The plugin has no method or property of that name; `what()` lists similar names.
class MethodNotFound : public RemoteError {
public:
    /// As RemoteError.
    explicit MethodNotFound(std::string message, std::string where = {})
        : RemoteError("MethodNotFound", std::move(message), std::move(where)) {}
};

/// An argument is missing, unknown, passed twice, of the wrong type, or does not fit; or a result
/// does not fit the type that the caller requested. Values are never truncated.
class InvalidArgument : public RemoteError {
public:
    /// As RemoteError.
    explicit InvalidArgument(std::string message, std::string where = {})
        : RemoteError("InvalidArgument", std::move(message), std::move(where)) {}
};

/// In a plugin: an exception of the client's callback. If the method does not catch it, the outer
/// caller gets the original exception.
class CallbackError : public RemoteError {
public:
    /// As RemoteError; `thrown` is 0 for none.
    CallbackError(std::string type, std::string message, std::string where, std::uint64_t thrown)
        : RemoteError(std::move(type), std::move(message), std::move(where)), thrown_(thrown) {}

    /// The client's number for the exception; 0 for none.
    std::uint64_t thrown() const noexcept { return thrown_; }

private:
    std::uint64_t thrown_;
};

/// No reply arrived within the timeout. A late reply is dropped.
class TimeoutError : public Error {
public:
    using Error::Error;
};

/// The peer sent an invalid message. The channel is closed.
class ProtocolError : public Error {
public:
    using Error::Error;
};

/// The client was used after shutdown, or the shared host has ended.
class ConnectionClosed : public Error {
public:
    using Error::Error;
};

}  // namespace bridge32
