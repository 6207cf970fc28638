// C++ names made from other names.
#pragma once

#include <set>
#include <string>

namespace bridge32::tool {

/// A valid C++ name: other characters become underscores, and a keyword gets a trailing one.
std::string identifier(const std::string& name);

/// An identifier that is not in `taken`, to which it is added; underscores are appended if needed.
std::string new_identifier(const std::string& name, std::set<std::string>& taken);

/// The name of a class: "MyLib" for "my_lib".
std::string class_name(const std::string& name);

}  // namespace bridge32::tool
