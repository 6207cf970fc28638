// A process's arguments and environment, in UTF-8.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace bridge32::os {

/// Nothing if it is not set. `name` is ASCII. Nothing either in a program that runs with other
/// rights than the one that started it (setuid, setgid, file capabilities): whoever started it must
/// not choose what it loads, starts or writes to. No other function of ours reads the environment,
/// which tests/docs/check_environment checks.
std::optional<std::string> environment_variable(const char* name);

/// Whether the environment is ignored for that reason. Windows: never.
bool environment_is_foreign() noexcept;

/// The command line, the program's name first. `argc` and `argv` are those of main(), which on
/// Windows are not UTF-8 and not used.
std::vector<std::string> program_arguments(int argc, const char* const* argv);

}  // namespace bridge32::os
