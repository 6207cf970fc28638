// A typed client class in C++ for one plugin.
#pragma once

#include <string>

#include "bridge32/codec.hpp"

namespace bridge32::tool {

/// The text of a header that declares the class `name`, from what describe() tells. Types that
/// describe() has no C++ type for are bridge32::Json; a function is a template parameter.
std::string cpp_stub(const Json& description, const std::string& plugin, const std::string& name);

/// "MyLib" for "my_lib".
std::string class_name(const std::string& plugin);

/// A name that C++ takes: other characters become underscores, a keyword gets one behind.
std::string identifier(const std::string& name);

}  // namespace bridge32::tool
