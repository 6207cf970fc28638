// A typed client class in C++ for one plugin.
#pragma once

#include <string>

#include "bridge32/codec.hpp"

namespace bridge32::tool {

/// The text of a header that declares the class `name`, from what describe() tells. Types that
/// describe() has no C++ type for are bridge32::Json; a function is a template parameter.
std::string cpp_stub(const Json& description, const std::string& plugin, const std::string& name);

}  // namespace bridge32::tool
