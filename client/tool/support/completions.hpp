// What can stand at a place of a command line.
#pragma once

#include <string>
#include <vector>

#include "tool/support/connection.hpp"

namespace bridge32::tool {

struct CompletionOptions {
    std::string what;  ///< "plugins", "methods" of a plugin, "hosts"
    ConnectionOptions connection;
};

/// Throws what Client does, for "methods".
std::vector<std::string> completions(const CompletionOptions& options);

}  // namespace bridge32::tool
