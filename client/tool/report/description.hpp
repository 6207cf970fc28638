// What a plugin tells of itself.
#pragma once

#include <string>

#include "bridge32/client.hpp"

namespace bridge32::tool {

/// The plugin does not tell, or not in the form that client/README.md shows: one written in plain
/// C need not. Its methods can be called all the same.
struct NoDescription : Error {
    using Error::Error;
};

/// What Client::describe gives; what it holds has the types that it is to have. Throws
/// NoDescription and what Client does.
Json describe(const Client& client);

/// The method or property `name` in it; null when there is none.
Json find_method(const Json& description, const std::string& name);
Json find_property(const Json& description, const std::string& name);

}  // namespace bridge32::tool
