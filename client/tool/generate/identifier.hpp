// Names in C++ for what has names of its own.
#pragma once

#include <set>
#include <string>

namespace bridge32::tool {

/// A name that C++ takes: other characters become underscores, a keyword gets one behind.
std::string identifier(const std::string& name);

/// One that is not among `taken`, to which it is added: with more underscores behind where need be.
std::string new_identifier(const std::string& name, std::set<std::string>& taken);

/// The name of a class: "MyLib" for "my_lib".
std::string class_name(const std::string& name);

}  // namespace bridge32::tool
