// What a plugin says about itself.
#pragma once

#include <string>

#include "bridge32/client.hpp"

namespace bridge32::tool {

/// The plugin has no description, or a malformed one; plugins in plain C may omit it. Its methods
/// can still be called.
struct NoDescription : Error {
    using Error::Error;
};

/// The result of Client::describe, with the types of its members checked. Throws NoDescription and
/// what Client throws.
Json describe(const Client& client);

/// The method or property `name` in a description; null if there is none.
Json find_method(const Json& description, const std::string& name);
Json find_property(const Json& description, const std::string& name);

}  // namespace bridge32::tool
