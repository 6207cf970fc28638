// The errors of bridge32. Every one says what was attempted, on what, and what to do.
//
// The same types serve both sides: a plugin may throw PluginError from its constructor
// or InvalidArgument from a method, and the client throws that type again. What only a client
// throws, and what takes more to tell, is in <bridge32/crash.hpp>: HostCrashed.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace bridge32 {

/// The base of all errors that bridge32 throws. `what()` is text for people.
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

    /// What the host printed to stdout and stderr before the start was given up.
    const std::string& output() const noexcept { return output_; }

private:
    std::string output_;
};

/// No such plugin, not a plugin, wrong ABI version, constructor threw, or the library
/// cannot be loaded: `what()` names the file and the reason.
class PluginError : public Error {
public:
    using Error::Error;
};

/// The method threw, or there is no such method or property, or the arguments don't fit.
class RemoteError : public Error {
public:
    /// `type`: the name of the exception's type on the other side, demangled.
    /// `message`: its text. `where`: `plugin.method`, empty when it is not known.
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

/// There is no method or property of that name; `what()` lists the nearest ones.
class MethodNotFound : public RemoteError {
public:
    /// As RemoteError.
    explicit MethodNotFound(std::string message, std::string where = {})
        : RemoteError("MethodNotFound", std::move(message), std::move(where)) {}
};

/// An argument is missing, unknown, given twice, of the wrong type, or does not fit; or a
/// result does not fit the type that the caller asked for.
class InvalidArgument : public RemoteError {
public:
    /// As RemoteError.
    explicit InvalidArgument(std::string message, std::string where = {})
        : RemoteError("InvalidArgument", std::move(message), std::move(where)) {}
};

/// In a plugin: what the client's callback threw. Let out of the method, it reaches the outer
/// caller as the very exception that the callback threw.
class CallbackError : public RemoteError {
public:
    /// As RemoteError; `thrown` is 0 for none.
    CallbackError(std::string type, std::string message, std::string where, std::uint64_t thrown)
        : RemoteError(std::move(type), std::move(message), std::move(where)), thrown_(thrown) {}

    /// The client's number for its exception; 0 for none.
    std::uint64_t thrown() const noexcept { return thrown_; }

private:
    std::uint64_t thrown_;
};

/// No reply came within the timeout. The late reply is dropped.
class TimeoutError : public Error {
public:
    using Error::Error;
};

/// The peer sent what is not a valid frame. The channel is closed.
class ProtocolError : public Error {
public:
    using Error::Error;
};

/// Used after shutdown, or the shared host has gone.
class ConnectionClosed : public Error {
public:
    using Error::Error;
};

}  // namespace bridge32
