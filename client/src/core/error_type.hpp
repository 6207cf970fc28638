// Errors by name, for JSON.
#pragma once

#include <exception>
#include <string>

namespace bridge32::client {

/// "TimeoutError"; of what the other side threw, its type there ("std::runtime_error"); "Error"
/// for all that is not one of bridge32's own.
std::string error_type(const std::exception& error);

}  // namespace bridge32::client
