// One call of a method, or reading of a property, by words.
#pragma once

#include <string>
#include <vector>

#include "bridge32/client.hpp"
#include "values.hpp"

namespace bridge32::tool {

/// The method `name` in what describe() tells; null when there is none.
Json find_method(const Json& description, const std::string& name);
bool has_property(const Json& description, const std::string& name);

/// Calls `name` with the arguments that `words` mean; without words, reads a property of that
/// name. Throws what Client does, WrongUsage, Error (a file).
AnyValue invoke(const Client& client, const Json& description, const std::string& name,
                const std::vector<std::string>& words);

}  // namespace bridge32::tool
