// One call of a method, or reading of a property, by words.
#pragma once

#include <string>
#include <vector>

#include "bridge32/client.hpp"
#include "tool/support/values.hpp"

namespace bridge32::tool {

/// `description`: what describe() tells, or null. Calls `name` with the arguments that `words`
/// mean; without words, reads a property of that name. Throws what Client does, WrongUsage, Error
/// (a file).
AnyValue invoke(const Client& client, const Json& description, const std::string& name,
                const std::vector<std::string>& words);

}  // namespace bridge32::tool
