// Generates a typed C++ client class for a plugin.
#pragma once

#include <string>

#include "bridge32/codec.hpp"

namespace bridge32::tool {

/// The text of a header that defines the class `name`, made from a description. Types without a
/// C++ equivalent become bridge32::Json; a function becomes a template parameter.
std::string cpp_stub(const Json& description, const std::string& plugin, const std::string& name);

}  // namespace bridge32::tool
