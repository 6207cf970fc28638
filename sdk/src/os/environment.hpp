// A process's arguments and environment, in UTF-8.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace bridge32::os {

/// Nothing if it is not set. `name` is ASCII.
std::optional<std::string> environment_variable(const char* name);

/// The command line, the program's name first. `argc` and `argv` are those of main(), which on
/// Windows are not UTF-8 and not used.
std::vector<std::string> program_arguments(int argc, const char* const* argv);

}  // namespace bridge32::os
